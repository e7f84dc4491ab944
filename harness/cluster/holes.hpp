// Owns filling in the texts that parts of a cluster are made from: holes in them are words in braces.
#pragma once

#include <string>
#include <string_view>

namespace hadrill {

/// Puts `content` into every place of `text` that says `hole`, e.g. "{name}". What content says is never taken for a
/// hole.
inline void fill_hole(std::string& text, std::string_view hole, std::string_view content) {
  for (std::size_t at = text.find(hole); at != std::string::npos; at = text.find(hole, at + content.size()))
    text.replace(at, hole.size(), content);
}

}  // namespace hadrill
