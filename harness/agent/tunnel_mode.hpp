// Owns `hadrill-agent tunnel`: the process around the far end.
#pragma once

namespace hadrill::agent {

/// Serves a tunnel on standard input and output until the input ends; what went wrong goes to standard error in one
/// line. Returns the exit code: 0 when the input ended.
int run_tunnel();

}  // namespace hadrill::agent
