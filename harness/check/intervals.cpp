#include "check/intervals.hpp"

#include <algorithm>

namespace hadrill {

IntervalSet unite(IntervalSet intervals, Touching touching) {
  const auto begins_before = [](const Interval& a, const Interval& b) { return a.begin < b.begin; };
  if (!std::is_sorted(intervals.begin(), intervals.end(), begins_before)) {
    std::sort(intervals.begin(), intervals.end(), begins_before);
  }
  // In place: these sets can be most of the memory there is.
  std::size_t united = 0;
  for (const Interval& next : intervals) {
    Interval* const last = united > 0 ? &intervals[united - 1] : nullptr;
    const bool one =
        last != nullptr && (next.begin < last->end || (touching == Touching::join && next.begin == last->end));
    if (one) {
      last->end = std::max(last->end, next.end);
    } else {
      intervals[united++] = next;
    }
  }
  intervals.resize(united);
  return intervals;
}

IntervalSet clip(const IntervalSet& intervals, Instant begin, Instant end) {
  IntervalSet inside;
  for (const Interval& interval : intervals) {
    const Interval cut{std::max(interval.begin, begin), std::min(interval.end, end)};
    if (cut.begin <= cut.end) inside.push_back(cut);
  }
  return inside;
}

namespace {

bool has_known_ends(const Interval& interval) {
  return interval.begin != kDistantPast && interval.end != kDistantFuture;
}

}  // namespace

std::optional<Duration> longest(const IntervalSet& united) {
  Duration most{};
  for (const Interval& interval : united) {
    if (!has_known_ends(interval)) return std::nullopt;
    most = std::max(most, interval.end - interval.begin);
  }
  return most;
}

std::optional<Duration> total(const IntervalSet& united) {
  Duration sum{};
  for (const Interval& interval : united) {
    if (!has_known_ends(interval)) return std::nullopt;
    sum += interval.end - interval.begin;
  }
  return sum;
}

Duration covered(const IntervalSet& united, Instant begin, Instant end) {
  auto at = std::partition_point(united.begin(), united.end(),
                                 [&](const Interval& interval) { return interval.end <= begin; });
  Duration sum{};
  for (; at != united.end() && at->begin < end; ++at) sum += std::min(at->end, end) - std::max(at->begin, begin);
  return sum;
}

IntervalSet intersect(const IntervalSet& intervals, const IntervalSet& kept) {
  IntervalSet inside;
  for (const Interval& part : kept) {
    for (const Interval& cut : clip(intervals, part.begin, part.end)) inside.push_back(cut);
  }
  return inside;
}

IntervalSet subtract(const IntervalSet& intervals, const IntervalSet& taken) {
  IntervalSet between;
  Instant from = kDistantPast;
  for (const Interval& part : taken) {
    between.push_back({from, part.begin});
    from = part.end;
  }
  between.push_back({from, kDistantFuture});
  // A stretch that begins with all that is known, or ends with it, leaves nothing on that side.
  std::erase_if(between, [](const Interval& part) { return part.begin >= part.end; });
  return intersect(intervals, between);
}

bool overlaps(const IntervalSet& united, const Interval& interval) {
  const auto at = std::partition_point(united.begin(), united.end(),
                                       [&](const Interval& one) { return one.end <= interval.begin; });
  return at != united.end() && at->begin < interval.end;
}

IntervalSet possible(const Downtime& downtime) {
  IntervalSet all;
  all.reserve(downtime.down.size() + downtime.unclear.size());
  std::merge(downtime.down.begin(), downtime.down.end(), downtime.unclear.begin(), downtime.unclear.end(),
             std::back_inserter(all), [](const Interval& a, const Interval& b) { return a.begin < b.begin; });
  return all;
}

}  // namespace hadrill
