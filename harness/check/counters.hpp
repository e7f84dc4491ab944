// Owns the oracle of counters on volumes: a step that a pod acknowledged is on its volume afterwards, and no value was
// given twice. Pure.
#pragma once

#include <optional>

#include "check/verdict.hpp"
#include "history/event_log.hpp"

namespace hadrill {

struct Window;

/// Finding `counters`. fail: an acknowledged step is not there or has another value, or a pod gave one value to two
/// steps, with the first of them. inconclusive: a pod was not read. error: nothing was acknowledged although a counter
/// was asked. nullopt: `asked` is false.
std::optional<Finding> judge_counters(const EventLog& events, bool asked, const std::optional<Window>& window);

}  // namespace hadrill
