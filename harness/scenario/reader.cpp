#include "scenario/reader.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"
#include "document/explain.hpp"

namespace hadrill {

void Reader::complain(const std::string& pointer, std::string message) const {
  if (!problems.about(pointer)) problems.add(document.positions, pointer, std::move(message));
}

std::optional<Duration> Reader::duration(const std::string& pointer) const {
  const auto written = json_get<std::string>(document.root, pointer);
  if (!written || problems.about(pointer)) return std::nullopt;
  const auto parsed = parse_duration(*written);
  if (!parsed) {
    complain(pointer, fmt::format("{} is {}; expected a duration such as 1m30s, at most 1000h", node_name(pointer),
                                  in_quotes(*written)));
    return std::nullopt;
  }
  // Durations are written back down to microseconds; a finer one would not survive that.
  if (*parsed % std::chrono::microseconds(1) != Duration::zero()) {
    complain(pointer, fmt::format("{} is {}; the finest step is 1us", node_name(pointer), in_quotes(*written)));
    return std::nullopt;
  }
  return *parsed;
}

Duration Reader::duration_within(const std::string& pointer, Duration fallback, Duration least, Duration most) const {
  const Duration value = duration(pointer).value_or(fallback);
  if (has(pointer) && (value < least || value > most)) {
    complain(pointer, fmt::format("{} is {}; allowed: {} to {}", node_name(pointer), format_duration(value),
                                  format_duration(least), format_duration(most)));
    return fallback;  // sums over the whole scenario should not suffer from one typo
  }
  return value;
}

}  // namespace hadrill
