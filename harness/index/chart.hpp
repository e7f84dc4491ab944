// Owns the small chart of an SLI over its trials, as SVG that needs no script. Pure.
#pragma once

#include "index/history.hpp"
#include "page/markup.hpp"

namespace hadrill::index {

/// Bars from lower to upper bound, oldest on the left, the budget as a line. What failed is wide, what passed thin;
/// what was not measured is a cross below; what cannot be compared with what came before is behind a dashed line.
Html chart_of(const Series& series);

/// A point in words: "2027-01-31 03:00, seed 42: 1.200 s to 1.400 s, pass".
std::string point_text(const Point& point, bool share);

}  // namespace hadrill::index
