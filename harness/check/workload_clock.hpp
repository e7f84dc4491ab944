// Owns the course of a workload after a fault: when its node was called away, when its pods were taken out of the
// Service and thrown out, when others stood in for them. Pure.
#pragma once

#include <vector>

#include "check/verdict.hpp"
#include "history/event_log.hpp"

namespace hadrill {

struct Window;

/// Until when what the watch that writes events of `type` tells would have been told: its stream may have ended before
/// the window.
Instant told_until(const EventLog& events, const char* type, const Window& window);

/// What the event tells of is not there any more.
bool is_gone(const Event& event);

/// Rows in the order of their phases, within a phase by time; docs/sli-reference.md, "Workloads". From what watches
/// told, and from `probers` when users of a Service were sent elsewhere. Empty when nothing changed after T0 and no
/// such user was hurt.
std::vector<RunTime> workload_course(const EventLog& events, const Window& window,
                                     const std::vector<ProberResult>& probers);

}  // namespace hadrill
