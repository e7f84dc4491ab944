// Owns the question after every trial: is anything left of any fault, on this machine or on a node?
#pragma once

#include <string>
#include <vector>

#include "fault/faults.hpp"

namespace hadrill {

/// Something that is left, or that could not be looked for: both mean that the cluster cannot be called whole.
struct Residue {
  std::string where;  ///< "this machine", or a node
  std::string what;   ///< in words

  friend bool operator==(const Residue&, const Residue&) = default;
};

/// All that is left: entries of the journal on this machine, containers of the cluster that are gone, down, paused or
/// have another address, what each node's agent finds, and nodes that are cordoned, where an API server answers. Agents
/// are put into nodes that have none.
std::vector<Residue> residue(Docker& docker, const HostJournal& journal, Agents& agents, const Topology& topology,
                             const Interrupt& interrupt);
std::vector<Residue> residue(const FaultDoors& doors, const Interrupt& interrupt);

}  // namespace hadrill
