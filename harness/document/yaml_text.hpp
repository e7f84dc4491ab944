// Owns what text may be at all: UTF-8 without control characters, before and after YAML's own escapes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "document/problems.hpp"

namespace hadrill {

/// The first thing in `text` that is not clean text.
struct TextDefect {
  std::size_t offset = 0;
  std::string message;
};

/// Checks for UTF-8 (no overlong forms, no surrogates) and for control characters other than tab, line feed and
/// carriage return. YAML lets neither through unescaped, and reports, terminals and XML could not show them.
std::optional<TextDefect> find_text_defect(std::string_view text);

/// Line and column (bytes) of an offset.
Position position_of(std::string_view text, std::size_t offset);

}  // namespace hadrill
