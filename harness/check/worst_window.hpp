// Owns windowed availability: the worst share of time up over all windows of one length. It tells one outage of 10 s
// from ten of 1 s, which the availability of the whole run does not.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "check/intervals.hpp"

namespace hadrill {

inline constexpr std::array<Duration, 6> kWorstWindowLengths{std::chrono::seconds(1),  std::chrono::seconds(5),
                                                             std::chrono::seconds(10), std::chrono::seconds(30),
                                                             std::chrono::seconds(60), std::chrono::seconds(300)};

struct WorstWindow {
  Duration length{};
  std::optional<ShareBounds> availability;  ///< nullopt: the judged time is shorter than this

  friend bool operator==(const WorstWindow&, const WorstWindow&) = default;
};

/// The most time of a united set that a window of `length` within [begin, end] can hold. Exact, at any position of the
/// window. `length` must not be longer than that. O(n).
Duration most_within(const IntervalSet& united, Instant begin, Instant end, Duration length);

/// For each length. Both sets united. How much of a set a window holds grows with the set, so the worst window of what
/// is possibly down bounds the worst availability from below, and that of what is proven down from above.
std::vector<WorstWindow> worst_windows(const IntervalSet& proven, const IntervalSet& possible, Instant begin,
                                       Instant end);

}  // namespace hadrill
