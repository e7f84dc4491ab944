#include "check/users.hpp"

#include <algorithm>
#include <vector>

#include "base/duration.hpp"
#include "check/verdict.hpp"

namespace hadrill {
namespace {

void take_longest(const OutageSummary& summary, const std::string& whose, std::optional<UsersLoss>& loss) {
  const Bounds& one = summary.longest;
  if (!loss) {
    loss = UsersLoss{one, whose, summary.proven, 0, 0, std::nullopt};
    return;
  }
  Bounds& longest = loss->longest;
  const bool longer = longest.upper && (!one.upper || *one.upper > *longest.upper);
  if (longer) loss->of = whose;
  if (longer) longest.upper = one.upper;
  longest.lower = std::max(longest.lower, one.lower);
  loss->proven |= summary.proven;
}

/// All behind the load balancer of the API together, or one other prober that stands for users.
struct Group {
  const OutageSummary* summary;
  ShareLost lost;
};

std::vector<Group> groups_of(const Verdict& verdict) {
  std::vector<Group> groups;
  if (verdict.api) groups.push_back({&*verdict.api, {kBehindLoadBalancer, 0, 0}});
  for (const ProberResult& prober : verdict.probers) {
    if (!prober.user) continue;
    const bool together = verdict.api && prober.prober.through_load_balancer();
    if (!together && prober.prober.through_load_balancer()) continue;
    if (!together) groups.push_back({&*prober.user, {prober.prober.name, 0, 0}});
    ShareLost& lost = together ? groups.front().lost : groups.back().lost;
    lost.asked += prober.n;
    lost.failed += prober.user->bad;
  }
  return groups;
}

/// Whether the longest outage says too little of what they lost. `window`: in which they were asked.
bool is_scattered(const Group& group, Duration window) {
  const auto& longest = group.summary->longest.upper;
  if (!longest || window <= Duration::zero() || group.lost.share() < kShareThatHurts) return false;
  return group.lost.share() >= kBeyondLongest * seconds_of(*longest) / seconds_of(window);
}

}  // namespace

std::optional<UsersLoss> loss_of_users(const Verdict& verdict) {
  std::optional<UsersLoss> loss;
  const std::vector<Group> groups = groups_of(verdict);
  for (const Group& group : groups) take_longest(*group.summary, group.lost.of, loss);
  if (!loss) return std::nullopt;
  const Times& times = verdict.times;
  const Duration window = times.t0_lower && times.window_end ? *times.window_end - *times.t0_lower : Duration::zero();
  for (const Group& group : groups) {
    loss->asked += group.lost.asked;
    loss->failed += group.lost.failed;
    if (!is_scattered(group, window)) continue;
    if (!loss->scattered || group.lost.share() > loss->scattered->share()) loss->scattered = group.lost;
  }
  return loss;
}

}  // namespace hadrill
