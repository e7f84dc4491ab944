// Owns how a scenario is run on a machine that has no room for its load beside a cluster.
#pragma once

#include "scenario/scenario.hpp"

namespace hadrill {

/// Percent of the load that a scenario plans.
inline constexpr int kFullPace = 100;
inline constexpr int kSlowestPace = 10;

/// Every prober asks `percent` of as often: its period is that much longer, at most as long as a period may be. What a
/// request has to keep (deadline, timeout) stays. The resolved scenario of the run says so. Requires kSlowestPace <=
/// percent <= kFullPace.
void set_pace(Scenario& scenario, int percent);

}  // namespace hadrill
