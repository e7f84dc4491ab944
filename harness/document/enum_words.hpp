// Owns the way from a word of a document to the enumerator that it stands for.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace hadrill {

/// The enumerator that `table` has for `word`; its first one when the schema has refused the word, so that reading can
/// go on to the other problems of the file.
template <typename Enum, std::size_t N>
Enum enum_from(const std::array<std::pair<std::string_view, Enum>, N>& table, std::string_view word) {
  for (const auto& [name, value] : table) {
    if (name == word) return value;
  }
  return table.front().second;
}

}  // namespace hadrill
