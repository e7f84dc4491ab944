// Owns the proof that etcd is whole again: asked of every member, past the agents.
#pragma once

#include "base/interrupt.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "cluster/docker.hpp"
#include "topology/topology.hpp"

namespace hadrill {

/// Evidence that every control plane has a member that is a started voter and caught up, and that they agree on a
/// leader. Error: what is not so.
Result<Json> prove_etcd_whole(Docker& docker, const Topology& topology, const Interrupt& interrupt);

}  // namespace hadrill
