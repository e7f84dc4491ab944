#include "report/markdown.hpp"

#include <cctype>

#include "base/printable.hpp"

namespace hadrill {
namespace {

/// Special wherever they stand, or wherever a line may begin.
constexpr std::string_view kSpecial = "\\`*~[]#|$";
/// Special where a line begins: lists and underlines.
constexpr std::string_view kSpecialFirst = "-+=";

bool is_word(std::string_view text, std::size_t at) {
  return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])) != 0;
}

/// Emphasis, unless it is within a word: names of checks and of errors are full of them.
bool emphasises(std::string_view text, std::size_t at) {
  return text[at] == '_' && !(at > 0 && is_word(text, at - 1) && is_word(text, at + 1));
}

/// Where a bare address would become a link: "https://", "www.".
bool links(std::string_view text, std::size_t at) {
  if (text[at] == ':') return text.substr(at + 1, 2) == "//";
  const auto is_w = [&text](std::size_t place) { return text[place] == 'w' || text[place] == 'W'; };
  return text[at] == '.' && at >= 3 && is_w(at - 1) && is_w(at - 2) && is_w(at - 3);
}

/// A numbered list: "1. " or "1) " where the line begins.
bool numbers(std::string_view text, std::size_t at) {
  const bool ends = text[at] == '.' || text[at] == ')';
  const bool alone = at + 1 == text.size() || text[at + 1] == ' ';
  return at > 0 && ends && alone && text.find_first_not_of("0123456789") == at;
}

bool needs_backslash(std::string_view text, std::size_t at) {
  if (kSpecial.find(text[at]) != std::string_view::npos) return true;
  if (at == 0 && kSpecialFirst.find(text[at]) != std::string_view::npos) return true;
  return emphasises(text, at) || links(text, at) || numbers(text, at);
}

}  // namespace

std::string markdown_text(std::string_view text) {
  const std::string clean = printable(text);
  std::string out;
  for (std::size_t at = 0; at < clean.size(); ++at) {
    switch (clean[at]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '@':
        // Nothing else keeps "@name" from being a mention, and "a@b.c" from being a link.
        out += "@<!-- -->";
        break;
      default:
        if (needs_backslash(clean, at)) out += '\\';
        out += clean[at];
    }
  }
  return out;
}

}  // namespace hadrill
