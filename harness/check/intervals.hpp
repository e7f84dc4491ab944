// Owns sets of time: what is proven down, what may have been down. Pure arithmetic on instants.
#pragma once

#include <optional>
#include <vector>

#include "base/clock.hpp"

namespace hadrill {

/// A duration of which only bounds are known. Unit: ns; lower <= upper.
struct Bounds {
  Duration lower{};
  std::optional<Duration> upper = Duration{};  ///< nullopt: no upper bound is known

  friend bool operator==(const Bounds&, const Bounds&) = default;
};

/// A share 0..1 of which only bounds are known.
struct ShareBounds {
  double lower = 1;
  double upper = 1;

  friend bool operator==(const ShareBounds&, const ShareBounds&) = default;
};

/// From `begin` to `end`; kDistantPast and kDistantFuture where an end was not seen.
struct Interval {
  Instant begin;
  Instant end;

  friend bool operator==(const Interval&, const Interval&) = default;
};

inline constexpr Instant kDistantPast{-(std::int64_t{1} << 62)};
inline constexpr Instant kDistantFuture{std::int64_t{1} << 62};

using IntervalSet = std::vector<Interval>;  ///< any order, may overlap, until united

/// What becomes of two intervals that share no more than an instant.
enum class Touching {
  join,   ///< closed intervals: proven down at that instant, so one outage
  apart,  ///< open intervals: proven up at that instant, so two
};

/// The same set as disjoint intervals in order.
IntervalSet unite(IntervalSet intervals, Touching touching);
/// The part of a set between `begin` and `end`.
IntervalSet clip(const IntervalSet& intervals, Instant begin, Instant end);
/// Length of the longest interval of a united set, zero for none; nullopt when that has no known end.
std::optional<Duration> longest(const IntervalSet& united);
/// Sum of the lengths of a united set; nullopt when one has no known end.
std::optional<Duration> total(const IntervalSet& united);

/// How much of a united set lies between two instants.
Duration covered(const IntervalSet& united, Instant begin, Instant end);
/// The part of a set outside the intervals of `taken`, which is united.
IntervalSet subtract(const IntervalSet& intervals, const IntervalSet& taken);
/// The parts of a set inside the intervals of `kept`, which is united.
IntervalSet intersect(const IntervalSet& intervals, const IntervalSet& kept);
/// Whether any interval of a united set shares more than an instant with `interval`.
bool overlaps(const IntervalSet& united, const Interval& interval);

/// What is known about when something was down: proven is part of possible (down and unclear), and the truth lies
/// between them. Hence any quantity that grows with the set is bounded by its values for the two. Intervals of one
/// prober are in order and share instants at most; proven ones of no length are left out.
struct Downtime {
  IntervalSet proven;   ///< from the first to the last bad sample that was not the harness's own doing
  IntervalSet down;     ///< from the last good to the next good sample around at least one such bad sample
  IntervalSet unclear;  ///< likewise around other bad samples; and gaps
};

/// Down and unclear together, in order.
IntervalSet possible(const Downtime& downtime);

}  // namespace hadrill
