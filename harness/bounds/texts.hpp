// Owns how other programs write times and numbers: Go, haproxy, nginx. Pure; every reader refuses what it does not know
// to the last character, because a flag that is misread gives a bound that is wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace hadrill::bounds {

/// No flag that a bound is made of is longer; a longer one is refused rather than overflowed.
inline constexpr Duration kLongestTime = std::chrono::hours(1000);

/// Go's time.ParseDuration, as flags and configuration files of Kubernetes and etcd write it: "1m30s", "1.5s", "0".
/// nullopt: no duration, a negative one, or longer than kLongestTime.
std::optional<Duration> parse_go_duration(std::string_view text);

/// A time of haproxy: a whole number with one unit of us, ms, s, m, h, d, and milliseconds without one. Source:
/// haproxy's configuration manual, 2.5 "Time format".
std::optional<Duration> parse_haproxy_time(std::string_view text);

/// A time of nginx: whole numbers with units d, h, m, s, ms in that order, and seconds without one. Source: nginx's
/// "Configuration file measurement units".
std::optional<Duration> parse_nginx_time(std::string_view text);

/// Digits and nothing else; nullopt also beyond 10^12.
std::optional<std::int64_t> parse_count(std::string_view text);

/// A decimal number such as "0.1", not negative, no exponent.
std::optional<double> parse_number(std::string_view text);

}  // namespace hadrill::bounds
