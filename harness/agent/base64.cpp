#include "agent/base64.hpp"

#include <cstdint>

namespace hadrill::agent {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kGroup = 4;
constexpr unsigned kBits = 6;

}  // namespace

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % kGroup != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string bytes;
  bytes.reserve(text.size() / kGroup * 3);
  for (std::size_t at = 0; at < text.size(); at += kGroup) {
    std::uint32_t group = 0;
    const bool last = at + kGroup == text.size();
    for (std::size_t i = 0; i < kGroup; ++i) {
      const bool padded = last && i >= kGroup - padding;
      const std::size_t value = padded ? 0 : kAlphabet.find(text[at + i]);
      if (value == std::string_view::npos) return std::nullopt;
      group = (group << kBits) | static_cast<std::uint32_t>(value);
    }
    for (const unsigned shift : {16U, 8U, 0U}) bytes.push_back(static_cast<char>((group >> shift) & 0xffU));
  }
  bytes.resize(bytes.size() - padding);
  return bytes;
}

}  // namespace hadrill::agent
