#include "scenario/pace.hpp"

#include <algorithm>
#include <cassert>

#include "scenario/reader.hpp"

namespace hadrill {

void set_pace(Scenario& scenario, int percent) {
  assert(percent >= kSlowestPace && percent <= kFullPace);
  for (ProberSpec& prober : scenario.probers)
    prober.period = std::min(prober.period * kFullPace / percent, ScenarioLimits::longest_period);
}

}  // namespace hadrill
