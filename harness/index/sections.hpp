// Owns the parts of index.html. Pure.
#pragma once

#include "index/overview.hpp"
#include "page/markup.hpp"
#include "trend/compare.hpp"

namespace hadrill::index {

inline constexpr std::size_t kMostCells = 20;   ///< trials of a row, the newest ones
inline constexpr std::size_t kMostNamed = 12;   ///< rows that are named in one line at the top
inline constexpr std::size_t kMostSuites = 30;  ///< the newest ones

/// What is red and who has to act, of the recent trials.
Html top_section(const Overview& overview);
/// Rows of scenarios, a mark for each trial.
Html matrix_section(const Overview& overview, const Root& root);
/// Each row's SLIs over its trials, and what a comparison with the trials before says.
Html history_section(const Overview& overview, const trend::Comparison& comparison);
Html suites_section(const Root& root);

/// "Failed", "Trouble", "Passed" ...: the worst of the recent trials in a word, for heading and title.
std::string word_of(const Overview& overview);

}  // namespace hadrill::index
