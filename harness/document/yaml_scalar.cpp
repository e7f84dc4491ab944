#include "document/yaml_scalar.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace hadrill {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <typename Number, typename... Base>
std::optional<Number> number_from(std::string_view text, Base... base) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base...);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Json> resolve_number(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0o")) {
    const auto number = number_from<std::uint64_t>(text.substr(2), text[1] == 'x' ? 16 : 8);
    return number ? std::optional<Json>(*number) : std::nullopt;
  }
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  // from_chars also takes "inf" and "nan": a number starts with a digit, after at most a sign and a dot.
  const std::string_view body = text.substr(text.starts_with('-') ? 1 : 0);
  const std::string_view digits = body.substr(body.starts_with('.') ? 1 : 0);
  if (digits.empty() || !is_digit(digits.front())) return std::nullopt;
  if (const auto integer = number_from<std::int64_t>(text)) return Json(*integer);
  const auto real = number_from<double>(text);
  if (real && std::isfinite(*real)) return Json(*real);
  return std::nullopt;
}

}  // namespace

Json resolve_plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return resolve_number(text).value_or(Json(text));
}

std::string yaml_scalar(const std::string& text) {
  const auto is_safe = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '/' || c == '-' ||
           c == '_' || c == '%';
  };
  const bool starts_safe = !text.empty() && text.front() != '-' && text.front() != '%';
  const bool plain =
      starts_safe && std::all_of(text.begin(), text.end(), is_safe) && resolve_plain_scalar(text).is_string();
  // JSON's quoting is YAML's double quoting, as long as the text has no control characters but \t, \n and \r.
  return plain ? text : Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace hadrill
