#include "document/yaml_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace hadrill {
namespace {

/// A decoded character; size 0 when the bytes are not UTF-8.
struct Character {
  std::uint32_t code = 0;
  std::size_t size = 0;
};

Character decode(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return {first, 1};
  std::size_t size = 0;
  if ((first & 0xE0U) == 0xC0U) size = 2;
  if ((first & 0xF0U) == 0xE0U) size = 3;
  if ((first & 0xF8U) == 0xF0U) size = 4;
  if (size == 0 || text.size() < size) return {};
  std::uint32_t code = first & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) return {};
    code = (code << 6U) | (next & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kSmallest.at(size) || surrogate || code > 0x10FFFF) return {};
  return {code, size};
}

bool is_refused_control(std::uint32_t code) {
  if (code == '\t' || code == '\n' || code == '\r') return false;
  return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

}  // namespace

std::optional<TextDefect> find_text_defect(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Character character = decode(text.substr(at));
    if (character.size == 0) {
      return TextDefect{at,
                        fmt::format("byte 0x{:02X}, which is not UTF-8; allowed: UTF-8 text without control characters",
                                    static_cast<unsigned>(static_cast<unsigned char>(text[at])))};
    }
    if (is_refused_control(character.code)) {
      return TextDefect{at, fmt::format("control character U+{:04X}; allowed: UTF-8 text without control characters",
                                        character.code)};
    }
    at += character.size;
  }
  return std::nullopt;
}

Position position_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {static_cast<int>(lines) + 1, static_cast<int>(offset - line_start) + 1};
}

}  // namespace hadrill
