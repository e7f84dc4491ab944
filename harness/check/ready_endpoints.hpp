// Owns who served a Service before a fault, as its endpoints told. Pure.
#pragma once

#include <map>
#include <string>

#include "history/event_log.hpp"
#include "scenario/scenario.hpp"

namespace hadrill {

/// Ready endpoints of the Service just before `t0`: "NAMESPACE/POD" to the name of its node. Empty when there were
/// none, or nobody watched.
std::map<std::string, std::string> ready_endpoints(const EventLog& events, const ServiceRef& service, Instant t0);

}  // namespace hadrill
