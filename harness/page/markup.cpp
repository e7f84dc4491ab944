#include "page/markup.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace hadrill {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// A code point at the beginning of `text` and its length in bytes; {0, 1} for what is no UTF-8.
struct Decoded {
  std::uint32_t point = 0;
  std::size_t length = 1;
};

Decoded decode(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  std::uint32_t point = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    point = point << 6 | (byte(i) & 0x3F);
  }
  constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (point < kLeast.at(length) || point > 0x10FFFF || surrogate) return {};
  return {point, length};
}

/// Cannot be seen, or makes what follows look like something else.
bool is_deceptive(std::uint32_t point) {
  if (point < 0x20) return point != '\t' && point != '\n';
  const bool control = point >= 0x7F && point <= 0x9F;
  const bool turns = point == 0x61C || point == 0x200E || point == 0x200F || (point >= 0x202A && point <= 0x202E) ||
                     (point >= 0x2066 && point <= 0x2069);
  return control || turns || (point & 0xFFFE) == 0xFFFE;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Decoded next = decode(text);
    switch (next.point) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += is_deceptive(next.point) ? kReplacement : text.substr(0, next.length);
    }
    text.remove_prefix(next.length);
  }
  return out;
}

std::string script_json(const Json& json) {
  const std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  std::string out;
  out.reserve(text.size());
  // These three occur inside strings only.
  for (const char c : text) {
    if (c == '<') {
      out += "\\u003c";
    } else if (c == '>') {
      out += "\\u003e";
    } else if (c == '&') {
      out += "\\u0026";
    } else {
      out += c;
    }
  }
  return out;
}

void Html::open(std::string_view tag, Attributes attributes) {
  text_.append("<").append(tag);
  for (const auto& [name, value] : attributes)
    text_.append(" ").append(name).append("=\"").append(escape_html(value)).append("\"");
  text_ += '>';
}

Html& Html::element(std::string_view tag, std::string_view text, Attributes attributes) {
  open(tag, attributes);
  text_.append(escape_html(text)).append("</").append(tag).append(">");
  return *this;
}

Html& Html::element(std::string_view tag, const Html& inner, Attributes attributes) {
  open(tag, attributes);
  text_.append(inner.text_).append("</").append(tag).append(">\n");
  return *this;
}

Html& Html::empty(std::string_view tag, Attributes attributes) {
  open(tag, attributes);
  return *this;
}

Html& Html::text(std::string_view text) {
  text_ += escape_html(text);
  return *this;
}

Html& Html::append(const Html& other) {
  text_ += other.text_;
  return *this;
}

}  // namespace hadrill
