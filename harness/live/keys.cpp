#include "live/keys.hpp"

namespace hadrill::live {
namespace {

Key key_of(char byte) {
  switch (byte) {
    case 'a':
    case 'A':
      return Key::abort;
    case 'h':
    case 'H':
      return Key::heal;
    case 'e':
    case 'E':
      return Key::errors;
    case '?':
      return Key::help;
    case '\x0c':
      return Key::redraw;
    default:
      return Key::other;
  }
}

}  // namespace

std::vector<Key> KeyReader::read(std::string_view bytes) {
  std::vector<Key> keys;
  // Terminals send a sequence in one piece: an escape that ends one was the key of that name.
  if (at_ == At::escape) at_ = At::start;
  for (const char byte : bytes) {
    if (at_ == At::escape) {
      // ESC [ and ESC O begin sequences; ESC and a letter is Alt and the letter.
      at_ = byte == '[' || byte == 'O' ? At::sequence : At::start;
      sequence_.clear();
      if (at_ == At::start) keys.push_back(Key::other);
    } else if (at_ == At::sequence) {
      sequence_ += byte;
      const bool ends = byte >= '@' && byte <= '~';
      if (!ends) continue;
      at_ = At::start;
      if (sequence_ == "200~") pasting_ = true;
      if (sequence_ == "201~") pasting_ = false;
      keys.push_back(Key::other);
    } else if (byte == '\x1b') {
      at_ = At::escape;
    } else if (!pasting_) {
      keys.push_back(key_of(byte));
    }
  }
  return keys;
}

}  // namespace hadrill::live
