// Owns how a file gets from one node to others: piece by piece through this machine, by the engine's exec.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cluster/docker.hpp"
#include "topology/topology.hpp"

namespace hadrill {

/// Copies `path`, a file of `bytes` bytes on `from`, to the same path on each of `to`, where its folder has to be.
/// Nothing but its size is compared. Error: a copy may be half there.
Status copy_to_nodes(Docker& docker, const Node& from, const std::vector<Node>& to, const std::string& path,
                     std::uint64_t bytes, const Interrupt& interrupt);

}  // namespace hadrill
