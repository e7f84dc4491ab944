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

/// What is known about when something was down: proven is part of possible, and the truth lies between them. Hence any
/// quantity that grows with the set is bounded by its values for the two.
struct Downtime {
  IntervalSet proven;
  IntervalSet possible;
};

}  // namespace hadrill
