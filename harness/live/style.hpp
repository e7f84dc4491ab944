// Owns lines of a screen and how they become bytes for a terminal. Colour is never the only thing that tells.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hadrill::live {

/// What a piece of text is, and so how it looks.
enum class Ink {
  plain,
  dim,      ///< beside the point
  heading,  ///< of a part
  title,    ///< the bar at the top and at the bottom
  good,
  warn,
  bad,
};

struct Span {
  std::string text;
  Ink ink = Ink::plain;
};

using Line = std::vector<Span>;

/// Columns and rows.
struct Size {
  std::size_t columns = 80;
  std::size_t rows = 24;

  friend bool operator==(const Size&, const Size&) = default;
};

/// Columns that a line takes.
std::size_t width_of(const Line& line);
/// Cut, or filled with blanks, to exactly `width` columns.
Line fitted(Line line, std::size_t width);
/// `left` filled up to `width` columns, then `right`.
Line beside(Line left, std::size_t width, const Line& right);

/// The text alone.
std::string plain_text(const Line& line);
/// With escape sequences; `colour`: not only bold and reverse. Whatever could move the cursor is replaced.
std::string painted(const Line& line, bool colour);

}  // namespace hadrill::live
