// Owns what befell those that no fault was aimed at, as SLIs: how long others led, how long nodes that nothing hit were
// called not Ready. A promise that a fault stays where it is has a budget of 0 s. docs/sli-reference.md. Pure.
#pragma once

#include <optional>
#include <string>

#include "check/leadership.hpp"
#include "check/timeline.hpp"
#include "scenario/scenario.hpp"

namespace hadrill {

/// All the time within the window in which another instance than the one at T0 led. Without an upper bound when nobody
/// looked at the end of the window, or a holder was missed. nullopt: it is not known who led at T0. `why`: set when
/// there is no number, or an open one.
std::optional<Bounds> others_led_time(const LeadershipResult& leadership, const Window& window, std::string& why);

/// All the time within the window in which any node that no fault hit was called not Ready, or was gone, added over the
/// nodes. Without an upper bound when the watch ended before the window. nullopt: no such node was watched before T0.
/// `why`: as above.
std::optional<Bounds> others_not_ready_time(const EventLog& events, const Window& window, std::string& why);

}  // namespace hadrill
