// Owns what a probe's answer means: from how a transfer ended to an outcome class. Pure.
#pragma once

#include "history/sample.hpp"
#include "http/transfer.hpp"

namespace hadrill {

/// Path every read probe asks for: a quorum read of one small object that is always there.
inline constexpr const char* kReadPath = "/api/v1/namespaces/default";

/// The outcome of a read of kReadPath. `latency` counts from the scheduled instant, as the user who wanted it then sees
/// it.
Outcome outcome_of_read(const http::Transfer& transfer, Duration latency, Duration deadline);

}  // namespace hadrill
