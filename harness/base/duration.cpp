#include "base/duration.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace hadrill {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ns;
};

constexpr std::array<Unit, 5> kUnits{
    {{"h", 3'600'000'000'000}, {"m", 60'000'000'000}, {"s", 1'000'000'000}, {"ms", 1'000'000}, {"us", 1'000}}};
constexpr double kLongestNs = 1000.0 * 3.6e12;

Error bad_duration(std::string_view text) {
  return usage_error("duration", fmt::format("\"{}\" is not a duration; write e.g. 1m30s, 250ms, 0s", text));
}

bool is_number_part(char c) { return (c >= '0' && c <= '9') || c == '.'; }

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration::zero();
  std::string_view rest = text;
  double total_ns = 0;
  std::size_t next_unit = 0;
  while (!rest.empty()) {
    std::size_t digits = 0;
    while (digits < rest.size() && is_number_part(rest[digits])) ++digits;
    double number = 0;
    const auto parsed = std::from_chars(rest.data(), rest.data() + digits, number);
    if (digits == 0 || parsed.ec != std::errc() || parsed.ptr != rest.data() + digits) return bad_duration(text);
    rest.remove_prefix(digits);
    std::size_t letters = 0;
    while (letters < rest.size() && !is_number_part(rest[letters])) ++letters;
    std::size_t unit = next_unit;
    while (unit < kUnits.size() && kUnits[unit].name != rest.substr(0, letters)) ++unit;
    if (unit == kUnits.size()) return bad_duration(text);
    total_ns += number * static_cast<double>(kUnits[unit].ns);
    if (total_ns > kLongestNs) return bad_duration(text);
    next_unit = unit + 1;
    rest.remove_prefix(letters);
  }
  if (text.empty()) return bad_duration(text);
  return Duration(std::llround(total_ns));
}

std::string format_duration(Duration duration) {
  if (duration < Duration::zero()) return "-" + format_duration(-duration);
  std::int64_t left = (duration.count() + 500) / 1000 * 1000;
  if (left == 0) return "0s";
  std::string out;
  for (const Unit& unit : kUnits) {
    const std::int64_t count = left / unit.ns;
    left %= unit.ns;
    if (count > 0) out += fmt::format("{}{}", count, unit.name);
  }
  return out;
}

std::string format_seconds(Duration duration, int decimals) {
  return fmt::format("{:.{}f} s", seconds_of(duration), decimals);
}

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace hadrill
