// Owns what may be put on a terminal: whatever a cluster calls itself, it must not move the cursor or turn the text
// round.
#pragma once

#include <string>
#include <string_view>

namespace hadrill {

/// `text` with everything replaced by '?' that is not ASCII which can be seen, a blank, or a letter of Latin, Greek or
/// Cyrillic; line ends and tabs become blanks. One column per code point, and always UTF-8.
std::string printable(std::string_view text);

}  // namespace hadrill
