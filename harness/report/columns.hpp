// Owns plain text of at most 100 columns: wrapping and padding.
#pragma once

#include <string>
#include <string_view>

namespace hadrill {

inline constexpr std::size_t kColumns = 100;

/// Columns that `text` takes: code points of UTF-8.
std::size_t width_of(std::string_view text);
/// `text` cut in its middle ("..") or filled with blanks to exactly `width` columns.
std::string fit(std::string_view text, std::size_t width);
/// `text` as lines of at most `columns`, broken at blanks (or hard, where there is none); the first begins with `lead`,
/// the others are indented by as much. Control characters become blanks. Ends with a line end.
std::string wrap(std::string_view lead, std::string_view text, std::size_t columns = kColumns);

}  // namespace hadrill
