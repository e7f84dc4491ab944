// Owns "did you mean": the nearest of the allowed words.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hadrill {

/// The word of `allowed` nearest to `word` by Levenshtein distance, if at most a third of its letters (at least one)
/// differ.
std::optional<std::string> nearest_word(std::string_view word, const std::vector<std::string>& allowed);

}  // namespace hadrill
