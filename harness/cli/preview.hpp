// Owns what a scenario would do on a cluster that is up, in words: targets, effects, undo, quorum arithmetic, who
// notices. Reads the cluster, changes nothing on it.
#pragma once

#include <string>

#include "cli/workbench.hpp"

namespace hadrill::cli {

/// The same for `hadrill plan` and before a drill. Error: usage for a scenario that does not fit the cluster;
/// infrastructure for what cannot be read.
Result<std::string> preview(Workbench& bench, const Options& options, const Scenario& scenario,
                            const LiveCluster& cluster, std::uint64_t seed, const Interrupt& interrupt);

}  // namespace hadrill::cli
