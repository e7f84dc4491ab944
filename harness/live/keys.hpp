// Owns what the keys of the live view mean. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hadrill::live {

enum class Key { abort, heal, errors, help, redraw, other };

/// The keys in what a terminal sent. An escape sequence (an arrow, a mouse, a paste) is one key that means nothing, and
/// never the letters in it; one that goes on in the next bytes is remembered.
class KeyReader {
 public:
  std::vector<Key> read(std::string_view bytes);

 private:
  enum class At { start, escape, sequence };
  At at_ = At::start;
  bool pasting_ = false;  ///< between the marks of a bracketed paste
  std::string sequence_;
};

}  // namespace hadrill::live
