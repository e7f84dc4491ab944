// Owns durations as people write them: "1m30s", "250ms".
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace hadrill {

/// Parses one or more of <number><unit>, unit one of h, m, s, ms, us, each at most once and in that order, e.g.
/// "1m30s", "1.5s". Zero is "0" or "0s". Error: usage, naming the accepted form. Longest: 1000 h.
Result<Duration> parse_duration(std::string_view text);

/// The shortest exact form down to microseconds: "1m30s", "250ms", "0s"; finer parts are rounded.
std::string format_duration(Duration duration);

/// Seconds with `decimals` digits and the unit: "1.204 s".
std::string format_seconds(Duration duration, int decimals = 3);

/// As a double in seconds, for JSON.
double seconds_of(Duration duration);

}  // namespace hadrill
