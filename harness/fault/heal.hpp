// Owns healing from any state of the machine: no harness runs, some nodes may be down, the API need not answer.
#pragma once

#include <string>
#include <vector>

#include "fault/residue.hpp"

namespace hadrill {

struct HealReport {
  std::vector<std::string> healed;  ///< what was undone, in words
  std::vector<Residue> left;        ///< what is left all the same
};

/// Undoes every fault on the containers of `cluster`: what the journal on this machine says, then any container that is
/// down or paused without being in it, then what every node's agent has in its journal, then any cordon. Nobody else
/// may be using the cluster. Error: the engine does not answer, or interrupted.
Result<HealReport> heal_cluster(Docker& docker, const HostJournal& journal, Agents& agents, const std::string& cluster,
                                const Interrupt& interrupt);

}  // namespace hadrill
