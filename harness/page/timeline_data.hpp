// Owns the page's data: everything that its script draws, as JSON. docs/report.md says what it shows. Pure.
#pragma once

#include "base/json.hpp"
#include "page/axis.hpp"
#include "page/sample_sketch.hpp"

namespace hadrill {

/// Every lane that this run can tell of, in groups, in the order of the page.
std::vector<LaneGroup> lane_groups(const RunContext& run, const Verdict& verdict, const Axis& axis,
                                   const SampleSketch& sketch);

/// "hadrill/page/v1". Instants are whole microseconds from the axis' origin, durations whole microseconds.
Json page_data(const RunContext& run, const Verdict& verdict, const Axis& axis, const BinGrid& grid,
               const SampleSketch& sketch);

}  // namespace hadrill
