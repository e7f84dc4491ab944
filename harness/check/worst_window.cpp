#include "check/worst_window.hpp"

#include <algorithm>
#include <span>

#include "base/duration.hpp"

namespace hadrill {
namespace {

/// The intervals of a united set that lie between two instants, cut to them. A view: these sets can be large.
class Inside {
 public:
  Inside(const IntervalSet& united, Instant begin, Instant end) : begin_(begin), end_(end) {
    const auto first = std::partition_point(united.begin(), united.end(),
                                            [&](const Interval& interval) { return interval.end <= begin; });
    const auto last =
        std::partition_point(first, united.end(), [&](const Interval& interval) { return interval.begin < end; });
    intervals_ = {first, last};
  }

  std::size_t size() const { return intervals_.size(); }
  Interval operator[](std::size_t i) const {
    return {std::max(intervals_[i].begin, begin_), std::min(intervals_[i].end, end_)};
  }

 private:
  std::span<const Interval> intervals_;
  Instant begin_;
  Instant end_;
};

/// Answers how much of a set lies before an instant, for instants that never go back.
class CoveredBefore {
 public:
  explicit CoveredBefore(const Inside& inside) : inside_(inside) {}

  Duration operator()(Instant instant) {
    for (; at_ < inside_.size() && inside_[at_].end <= instant; ++at_) whole_ += inside_[at_].end - inside_[at_].begin;
    const bool partly = at_ < inside_.size() && inside_[at_].begin < instant;
    return partly ? whole_ + (instant - inside_[at_].begin) : whole_;
  }

 private:
  const Inside& inside_;
  std::size_t at_ = 0;
  Duration whole_{};
};

}  // namespace

Duration most_within(const IntervalSet& united, Instant begin, Instant end, Duration length) {
  const Inside inside(united, begin, end);
  // What a window holds changes its course only where an end of the window meets an end of an interval, and has its
  // peaks where the window starts with one or ends with one.
  Duration most{};
  const auto peak = [&](auto start_of) {
    CoveredBefore before_start(inside);
    CoveredBefore before_end(inside);
    for (std::size_t i = 0; i < inside.size(); ++i) {
      const Instant start = std::clamp(start_of(inside[i]), begin, end - length);
      most = std::max(most, before_end(start + length) - before_start(start));
    }
  };
  peak([](const Interval& interval) { return interval.begin; });
  peak([length](const Interval& interval) { return interval.end - length; });
  return most;
}

std::vector<WorstWindow> worst_windows(const IntervalSet& proven, const IntervalSet& possible, Instant begin,
                                       Instant end) {
  std::vector<WorstWindow> windows;
  for (const Duration length : kWorstWindowLengths) {
    if (length > end - begin) {
      windows.push_back({length, std::nullopt});
      continue;
    }
    const auto up = [&](const IntervalSet& set) {
      return 1 - seconds_of(most_within(set, begin, end, length)) / seconds_of(length);
    };
    const double upper = up(proven);
    // Proven is part of possible except at single instants.
    windows.push_back({length, ShareBounds{std::min(up(possible), upper), upper}});
  }
  return windows;
}

}  // namespace hadrill
