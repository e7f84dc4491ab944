// Owns the agent's protocol: one JSON request per line in, one JSON answer per line out (docs/agent-protocol.md).
#pragma once

#include <string>

#include "agent/fault_book.hpp"

namespace hadrill::agent {

/// Answers one request line. Never throws: what cannot be understood or done is {"ok":false,"error":"..."}. A member
/// "n" of the request is repeated in the answer. `input`: where requests come from; its end cuts an injection short.
Json answer(const std::string& line, FaultBook& book, int input);

}  // namespace hadrill::agent
