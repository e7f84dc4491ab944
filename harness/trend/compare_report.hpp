// Owns how a comparison reads: for people in a terminal, as Markdown, and for programs. Returns text, writes nothing.
#pragma once

#include <string>

#include "base/json.hpp"
#include "trend/compare.hpp"

namespace hadrill::trend {

/// "slower", "faster" of times, "worse", "better" of availability, "more often", "less often" where only that changed,
/// "no change shown", "too few trials".
std::string word_of(const CompareRow& row);
/// "more often", "less often", and as above.
std::string word_of(const Exceedance& exceedance);

/// The same with by how much: "slower by +1.900 s to +2.100 s", "more often above 5 s: base 0 of 20, new 3 of 5".
std::string change_text(const CompareRow& row);

/// "1.204 s to 1.301 s", "at least 3.10 %": a time in seconds or a share, rounded outwards, so that the text never
/// claims more than was measured. Infinite ends are not bounded. `sign`: of a shift.
std::string range_text(const stats::Range& range, bool share, bool sign = false);

/// Lines of at most 100 columns; ends with a line end.
std::string compare_text(const Comparison& comparison);

/// A table, what was left out, and how to read it.
std::string compare_markdown(const Comparison& comparison);

/// "hadrill/compare/v1", reports/schema/compare.schema.json. What is not bounded is null.
Json compare_json(const Comparison& comparison);

}  // namespace hadrill::trend
