#include "check/outages.hpp"

#include <algorithm>

#include "base/duration.hpp"

namespace hadrill {
namespace {

/// As a sum of nanoseconds, larger than any real one when it is not known.
std::int64_t rank(const Bounds& length) { return length.upper ? length.upper->count() : kDistantFuture.ns; }

template <typename T>
void keep_longest_of(std::vector<T>& outages) {
  if (outages.size() <= kOutagesListed) return;
  std::vector<std::size_t> order(outages.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto longer = [&](std::size_t a, std::size_t b) {
    const std::int64_t left = rank(outages[a].length);
    const std::int64_t right = rank(outages[b].length);
    return left != right ? left > right : a < b;
  };
  std::nth_element(order.begin(), order.begin() + kOutagesListed, order.end(), longer);
  order.resize(kOutagesListed);
  std::sort(order.begin(), order.end());
  std::vector<T> kept;
  kept.reserve(kOutagesListed);
  for (const std::size_t i : order) kept.push_back(std::move(outages[i]));
  outages = std::move(kept);
}

/// Connected stretches of possible down time with what is proven in each; both sets are united.
std::vector<MergedOutage> stretches_of(const IntervalSet& proven, const IntervalSet& possible, std::size_t& count) {
  std::vector<MergedOutage> stretches;
  auto at = proven.begin();
  for (const Interval& span : possible) {
    if (span.begin >= span.end) continue;
    Duration lower{};
    // A proven stretch lies within one possible one: it is a part of it.
    for (; at != proven.end() && at->end <= span.end; ++at) lower += at->end - at->begin;
    const bool known = span.begin != kDistantPast && span.end != kDistantFuture;
    const auto upper = known ? std::optional(span.end - span.begin) : std::nullopt;
    stretches.push_back({span, {lower, upper}, {}});
    ++count;
    if (stretches.size() >= 2 * kOutagesListed) keep_longest(stretches);
  }
  keep_longest(stretches);
  return stretches;
}

}  // namespace

Instant known_at(const Sample& sample, const ProberInfo& prober) {
  if (sample.sent.ns == 0) return sample.scheduled;
  const Instant overdue = sample.scheduled + prober.deadline;
  return sample.done.ns == 0 ? overdue : std::min(sample.done, overdue);
}

bool known_before(const Sample& sample, const ProberInfo& prober, Instant event) {
  return known_at(sample, prober) < event;
}

Duration gap_limit(const ProberInfo& prober) { return 3 * prober.period + std::chrono::milliseconds(100); }

void keep_longest(std::vector<Outage>& outages) { keep_longest_of(outages); }
void keep_longest(std::vector<MergedOutage>& outages) { keep_longest_of(outages); }

OutageSummary summarise(const IntervalSet& proven, const IntervalSet& possible, const IntervalSet& parts,
                        const BadCounts& counts) {
  OutageSummary summary;
  summary.bad = counts.bad;
  summary.late = counts.late;
  summary.proven = counts.proven;
  const auto bounds = [](std::optional<Duration> lower, std::optional<Duration> upper) {
    // Proven is part of possible except at single instants, when probes were sent at the same nanosecond.
    return Bounds{*lower, upper ? std::optional(std::max(*lower, *upper)) : std::nullopt};
  };
  summary.longest = bounds(longest(proven), longest(possible));
  summary.total = bounds(total(proven), total(possible));
  const Duration length = total(parts).value_or(Duration::zero());
  if (length == Duration::zero()) return summary;
  const auto share = [&](const IntervalSet& set) {
    Duration inside{};
    for (const Interval& part : parts) inside += covered(set, part.begin, part.end);
    return 1 - seconds_of(inside) / seconds_of(length);
  };
  summary.availability = {share(possible), share(proven)};
  return summary;
}

UserOutages user_outages(const IntervalSet& proven, const IntervalSet& possible, const Window& window,
                         const IntervalSet& not_owed, const WindowCounts& counts) {
  const IntervalSet whole{{window.t0_lower, window.end}};
  UserOutages user;
  static_cast<OutageSummary&>(user) = summarise(proven, possible, whole, counts.whole);
  user.worst_windows = worst_windows(proven, possible, window.t0_lower, window.end);
  if (not_owed.empty()) return user;
  user.owed =
      summarise(subtract(proven, not_owed), subtract(possible, not_owed), subtract(whole, not_owed), counts.owed);
  const IntervalSet inside = intersect(not_owed, whole);
  user.not_owed = summarise(intersect(proven, inside), intersect(possible, inside), inside, counts.not_owed);
  return user;
}

ApiResult merge_users(const std::vector<const Downtime*>& merged, const Window& window, const IntervalSet& not_owed,
                      const WindowCounts& counts) {
  const auto all_of = [&](auto append) {
    IntervalSet all;
    std::size_t size = 0;
    for (const Downtime* one : merged) size += one->down.size() + one->unclear.size();
    all.reserve(size);
    for (const Downtime* one : merged) append(*one, all);
    return all;
  };
  const auto append = [](const IntervalSet& set, IntervalSet& all) { all.insert(all.end(), set.begin(), set.end()); };
  const IntervalSet proven =
      unite(all_of([&](const Downtime& one, IntervalSet& all) { append(one.proven, all); }), Touching::join);
  const IntervalSet possible = unite(all_of([&](const Downtime& one, IntervalSet& all) {
                                       append(one.down, all);
                                       append(one.unclear, all);
                                     }),
                                     Touching::apart);
  ApiResult api;
  static_cast<UserOutages&>(api) = user_outages(proven, possible, window, not_owed, counts);
  api.outages = stretches_of(proven, possible, api.outage_count);
  return api;
}

}  // namespace hadrill
