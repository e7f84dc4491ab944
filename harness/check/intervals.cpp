#include "check/intervals.hpp"

#include <algorithm>

namespace hadrill {

IntervalSet unite(IntervalSet intervals, Touching touching) {
  std::sort(intervals.begin(), intervals.end(), [](const Interval& a, const Interval& b) { return a.begin < b.begin; });
  IntervalSet united;
  for (const Interval& next : intervals) {
    const bool one = !united.empty() && (next.begin < united.back().end ||
                                         (touching == Touching::join && next.begin == united.back().end));
    if (one) {
      united.back().end = std::max(united.back().end, next.end);
    } else {
      united.push_back(next);
    }
  }
  return united;
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

}  // namespace hadrill
