// Owns the agent's protocol: one JSON request per line in, one JSON answer per line out (docs/agent-protocol.md).
#pragma once

#include <string>

namespace hadrill::agent {

/// Answers one request line. Never throws: what cannot be understood or done is {"ok":false,"error":"..."}.
///   {"verb":"hello"}                                   -> {"ok":true,"protocol":1,"monotonicNs":N}
///   {"verb":"resolve","program":P}                     -> {"ok":true,"processes":[{"pid":..,"startTicks":..}]}
///   {"verb":"kill","program":P,"signal":N,"waitMs":M}  ->
///   {"ok":true,"pid":..,"startTicks":..,"beforeNs":..,"afterNs":..}
/// kill takes the oldest process called P; none is an error.
std::string answer(const std::string& line);

}  // namespace hadrill::agent
