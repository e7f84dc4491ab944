// Owns what etcd as a whole is seen to do, asked of every member, past the agents.
#pragma once

#include "base/interrupt.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "cluster/docker.hpp"
#include "topology/topology.hpp"

namespace hadrill {

/// Evidence that every control plane has a member that is a started voter and caught up, and that they agree on a
/// leader: "members", and "cluster", the id that tells their history from others. Error: what is not so.
Result<Json> prove_etcd_whole(Docker& docker, const Topology& topology, const Interrupt& interrupt);

}  // namespace hadrill
