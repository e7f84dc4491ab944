// Owns reading from the API what a target is resolved by: who holds which Lease, which pods run where.
#pragma once

#include "base/interrupt.hpp"
#include "base/result.hpp"
#include "http/client.hpp"
#include "topology/live_state.hpp"

namespace hadrill {

/// Asks the API servers past the load balancer, one after the other until one answers, for the Lease holders and pods
/// of `needs`; leadership is left empty, because etcd's is not told by the API (Readiness::live_state adds it).
/// `client` has to carry the cluster's admin identity. Error: none answered (the last one's words), or interrupted.
Result<LiveState> read_live_state(const LiveNeeds& needs, const Topology& topology, http::Client& client,
                                  const Interrupt& interrupt);

}  // namespace hadrill
