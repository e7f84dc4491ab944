// Owns the question whether a cluster fits the machine, asked before anything is made.
#pragma once

#include <optional>

#include "cluster/blueprint.hpp"
#include "cluster/docker.hpp"

namespace hadrill {

/// What the machine has to give now, in GiB.
struct MachineFree {
  std::optional<double> disk_gib;  ///< where the engine keeps its data; nullopt for a remote engine
  double memory_gib = 0;           ///< available without swapping; all of it for a remote engine
};

/// Looks at the engine's disk and at the memory of this machine.
MachineFree read_machine(const EngineInfo& engine);

/// Error: infrastructure, with what is needed and what there is.
Status fits(const Blueprint& blueprint, const MachineFree& machine, const std::string& root_dir);

}  // namespace hadrill
