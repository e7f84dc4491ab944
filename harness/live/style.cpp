#include "live/style.hpp"

#include <algorithm>

#include "base/printable.hpp"
#include "report/columns.hpp"

namespace hadrill::live {
namespace {

/// Parameters of SGR; "" for none.
const char* look_of(Ink ink, bool colour) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::dim:
      return colour ? "2" : "";
    case Ink::heading:
      return "1";
    case Ink::title:
      return "7";
    case Ink::good:
      return colour ? "32" : "";
    case Ink::warn:
      return colour ? "1;33" : "1";
    case Ink::bad:
      return colour ? "1;31" : "1";
  }
  return "";
}

/// The first `width` columns.
std::string cut(const std::string& text, std::size_t width) {
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (begins && seen++ == width) break;
  }
  return text.substr(0, at);
}

}  // namespace

std::size_t width_of(const Line& line) {
  std::size_t width = 0;
  for (const Span& span : line) width += hadrill::width_of(span.text);
  return width;
}

Line fitted(Line line, std::size_t width) {
  std::size_t left = width;
  for (Span& span : line) {
    const std::size_t wants = hadrill::width_of(span.text);
    if (wants > left) span.text = cut(span.text, left);
    left -= std::min(left, wants);
  }
  if (left > 0) line.push_back({std::string(left, ' '), line.empty() ? Ink::plain : line.back().ink});
  return line;
}

Line beside(Line left, std::size_t width, const Line& right) {
  // Blanks are of no kind: a coloured word does not reach into the gap.
  left.push_back({"", Ink::plain});
  Line both = fitted(std::move(left), width);
  both.insert(both.end(), right.begin(), right.end());
  return both;
}

std::string plain_text(const Line& line) {
  std::string text;
  for (const Span& span : line) text += printable(span.text);
  return text;
}

std::string painted(const Line& line, bool colour) {
  std::string text;
  for (const Span& span : line) {
    const std::string look = look_of(span.ink, colour);
    const std::string safe = printable(span.text);
    text += look.empty() || safe.empty() ? safe : "\x1b[" + look + "m" + safe + "\x1b[0m";
  }
  return text;
}

}  // namespace hadrill::live
