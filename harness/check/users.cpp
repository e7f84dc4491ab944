#include "check/users.hpp"

#include <algorithm>

#include "check/verdict.hpp"

namespace hadrill {
namespace {

void take_longest(const OutageSummary& summary, const std::string& whose, std::optional<UsersLoss>& loss) {
  const Bounds& one = summary.longest;
  if (!loss) {
    loss = UsersLoss{one, whose, summary.proven, 0, 0};
    return;
  }
  Bounds& longest = loss->longest;
  const bool longer = longest.upper && (!one.upper || *one.upper > *longest.upper);
  if (longer) loss->of = whose;
  if (longer) longest.upper = one.upper;
  longest.lower = std::max(longest.lower, one.lower);
  loss->proven |= summary.proven;
}

}  // namespace

std::optional<UsersLoss> loss_of_users(const Verdict& verdict) {
  std::optional<UsersLoss> loss;
  if (verdict.api) take_longest(*verdict.api, kBehindLoadBalancer, loss);
  for (const ProberResult& prober : verdict.probers) {
    if (prober.user && !prober.prober.through_load_balancer()) take_longest(*prober.user, prober.prober.name, loss);
  }
  if (!loss) return std::nullopt;
  for (const ProberResult& prober : verdict.probers) {
    if (!prober.user) continue;
    loss->asked += prober.n;
    loss->failed += prober.user->bad;
  }
  return loss;
}

}  // namespace hadrill
