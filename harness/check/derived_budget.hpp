// Owns "budget: auto": which failover an SLI is about, from what was broken and how it is measured, and the bounds that
// follow from the flags that were in force. Pure.
#pragma once

#include <optional>

#include "bounds/bound.hpp"
#include "check/judge.hpp"

namespace hadrill {

/// What a pod may need to start. Source: the official pod start-up SLO.
inline constexpr Duration kPodStart = std::chrono::seconds(5);

/// nullopt: the SLO has a budget of its own. Error (infrastructure): no flags in the history, flags that could not be
/// read, more faults or targets than bounds hold for, or a fault whose failover has no bounds for this SLI. Never a
/// guess.
std::optional<Result<bounds::Bound>> derived_budget(const Slo& slo, const RunContext& run);

}  // namespace hadrill
