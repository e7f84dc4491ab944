#include "base/printable.hpp"

#include <cstdint>

namespace hadrill {
namespace {

/// A code point that takes one column, combines with nothing and turns no direction.
bool plain_letter(std::uint32_t code) {
  constexpr std::uint32_t kSoftHyphen = 0xAD;
  const bool latin = code >= 0xA1 && code <= 0x24F && code != kSoftHyphen;
  const bool greek = code >= 0x370 && code <= 0x3FF;
  const bool cyrillic = code >= 0x400 && code <= 0x52F && (code < 0x483 || code > 0x489);
  return latin || greek || cyrillic;
}

bool continues(unsigned char byte) { return (byte & 0xC0U) == 0x80U; }

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= ' ' && byte < 0x7F) {
      out += text[at++];
      continue;
    }
    if (byte == '\n' || byte == '\t' || byte == '\r') {
      out += ' ';
      ++at;
      continue;
    }
    // All that is let through takes two bytes.
    const bool two =
        byte >= 0xC2 && byte <= 0xDF && at + 1 < text.size() && continues(static_cast<unsigned char>(text[at + 1]));
    const std::uint32_t code = two ? ((byte & 0x1FU) << 6U) | (static_cast<unsigned char>(text[at + 1]) & 0x3FU) : 0U;
    if (two && plain_letter(code)) {
      out.append(text.substr(at, 2));
    } else {
      out += '?';
    }
    // The rest of a longer sequence is one character with its beginning.
    ++at;
    while (byte >= 0xC2 && byte <= 0xF4 && at < text.size() && continues(static_cast<unsigned char>(text[at]))) ++at;
  }
  return out;
}

}  // namespace hadrill
