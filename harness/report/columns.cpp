#include "report/columns.hpp"

#include <algorithm>

namespace hadrill {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Bytes of the first `width` code points.
std::size_t bytes_of(std::string_view text, std::size_t width) {
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    if (!continues(text[at]) && seen++ == width) break;
  }
  return at;
}

}  // namespace

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

std::string fit(std::string_view text, std::size_t width) {
  const std::size_t have = width_of(text);
  if (have <= width) return std::string(text) + std::string(width - have, ' ');
  if (width <= 2) return std::string(text.substr(0, bytes_of(text, width)));
  const std::size_t head = (width - 2) / 2;
  const std::size_t tail = width - 2 - head;
  return std::string(text.substr(0, bytes_of(text, head))) + ".." +
         std::string(text.substr(bytes_of(text, have - tail)));
}

std::string wrap(std::string_view lead, std::string_view text, std::size_t columns) {
  std::string clean(text);
  // What comes from events must not move the cursor.
  std::replace_if(
      clean.begin(), clean.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; }, ' ');
  std::string_view rest = clean;
  std::string out(lead);
  const std::size_t indent = width_of(lead);
  const std::size_t room = columns > indent + 20 ? columns - indent : 20;
  while (width_of(rest) > room) {
    const std::size_t hard = bytes_of(rest, room);
    const std::size_t blank = rest.substr(0, hard + 1).rfind(' ');
    const std::size_t cut = blank == std::string_view::npos || blank == 0 ? hard : blank;
    out.append(rest.substr(0, cut)).append("\n").append(indent, ' ');
    rest.remove_prefix(cut);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  }
  return out.append(rest) + "\n";
}

}  // namespace hadrill
