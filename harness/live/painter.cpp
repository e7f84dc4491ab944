#include "live/painter.hpp"

#include <fmt/format.h>

namespace hadrill::live {

std::string Painter::paint(const std::vector<Line>& lines) {
  std::string bytes;
  if (shown_.size() != lines.size()) {
    bytes = "\x1b[0m\x1b[2J";
    shown_.assign(lines.size(), "");
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string line = painted(lines[i], colour_);
    if (line == shown_[i]) continue;
    bytes += fmt::format("\x1b[{};1H{}\x1b[K", i + 1, line);
    shown_[i] = std::move(line);
  }
  return bytes;
}

}  // namespace hadrill::live
