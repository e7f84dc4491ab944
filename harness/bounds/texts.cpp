#include "bounds/texts.hpp"

#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace hadrill::bounds {
namespace {

using namespace std::chrono_literals;

using Unit = std::pair<std::string_view, Duration>;

constexpr std::array<Unit, 8> kGoUnits{
    {{"ns", 1ns}, {"us", 1us}, {"\u00b5s", 1us}, {"\u03bcs", 1us}, {"ms", 1ms}, {"s", 1s}, {"m", 1min}, {"h", 1h}}};
constexpr std::array<Unit, 6> kHaproxyUnits{{{"us", 1us}, {"ms", 1ms}, {"s", 1s}, {"m", 1min}, {"h", 1h}, {"d", 24h}}};
constexpr std::array<Unit, 5> kNginxUnits{{{"ms", 1ms}, {"s", 1s}, {"m", 1min}, {"h", 1h}, {"d", 24h}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the number at the beginning of `text`. `point`: it may have a decimal fraction.
std::optional<double> take_number(std::string_view& text, bool point) {
  std::size_t length = 0;
  while (length < text.size() && (is_digit(text[length]) || (point && text[length] == '.'))) ++length;
  double number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + length, number, std::chars_format::fixed);
  if (length == 0 || parsed.ec != std::errc() || parsed.ptr != text.data() + length) return std::nullopt;
  text.remove_prefix(length);
  return number;
}

/// Takes the unit at the beginning of `text`, which ends before the next digit.
template <std::size_t N>
std::optional<Duration> take_unit(std::string_view& text, const std::array<Unit, N>& units) {
  std::size_t length = 0;
  while (length < text.size() && !is_digit(text[length]) && text[length] != '.') ++length;
  for (const auto& [name, unit] : units) {
    if (text.substr(0, length) != name) continue;
    text.remove_prefix(length);
    return unit;
  }
  return std::nullopt;
}

std::optional<Duration> times(double number, Duration unit) {
  const double ns = number * static_cast<double>(unit.count());
  if (!(ns >= 0) || ns > static_cast<double>(kLongestTime.count())) return std::nullopt;
  return Duration(static_cast<Duration::rep>(ns + 0.5));
}

std::optional<Duration> sum(std::optional<Duration> a, std::optional<Duration> b) {
  if (!a || !b || *a + *b > kLongestTime) return std::nullopt;
  return *a + *b;
}

}  // namespace

std::optional<Duration> parse_go_duration(std::string_view text) {
  if (text == "0") return Duration::zero();
  if (text.empty()) return std::nullopt;
  std::optional<Duration> total = Duration::zero();
  while (!text.empty() && total) {
    const auto number = take_number(text, true);
    const auto unit = take_unit(text, kGoUnits);
    if (!number || !unit) return std::nullopt;
    total = sum(total, times(*number, *unit));
  }
  return total;
}

std::optional<Duration> parse_haproxy_time(std::string_view text) {
  const auto number = take_number(text, false);
  if (!number) return std::nullopt;
  if (text.empty()) return times(*number, 1ms);
  const auto unit = take_unit(text, kHaproxyUnits);
  return unit && text.empty() ? times(*number, *unit) : std::nullopt;
}

std::optional<Duration> parse_nginx_time(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::optional<Duration> total = Duration::zero();
  Duration before = Duration::max();
  while (!text.empty() && total) {
    const auto number = take_number(text, false);
    if (!number) return std::nullopt;
    const auto unit = text.empty() ? std::optional<Duration>(1s) : take_unit(text, kNginxUnits);
    if (!unit || *unit >= before) return std::nullopt;
    before = *unit;
    total = sum(total, times(*number, *unit));
  }
  return total;
}

std::optional<std::int64_t> parse_count(std::string_view text) {
  constexpr std::int64_t kMost = 1'000'000'000'000;
  std::int64_t count = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  if (!whole || !is_digit(text.front()) || count > kMost) return std::nullopt;
  return count;
}

std::optional<double> parse_number(std::string_view text) {
  const auto number = take_number(text, true);
  return text.empty() ? number : std::nullopt;
}

}  // namespace hadrill::bounds
