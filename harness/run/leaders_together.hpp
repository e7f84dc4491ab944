// Owns how the leaders of etcd, controller manager and scheduler come onto one control plane before a steady state is
// held: for scenarios that lose the node that holds everything.
#pragma once

#include <optional>
#include <string>

#include "base/interrupt.hpp"
#include "base/result.hpp"
#include "fault/catalogue.hpp"
#include "topology/topology.hpp"

namespace hadrill {

/// One leader that has to go elsewhere.
struct LeaderMove {
  TargetRole role = TargetRole::etcd;
  std::string from;  ///< names of nodes
  std::string to;    ///< where it should come to
};

/// "etcd's leadership from cp1 to cp2".
std::string to_string(const LeaderMove& move);

/// The next step towards all leaders on one node, that of the controller manager: it does not give its Lease up when it
/// is told to stop, so moving it would take longest. nullopt: they are together. Error: infrastructure when a leader is
/// not known now, usage on a topology where they cannot be together.
Result<std::optional<LeaderMove>> next_move(const Leadership& leadership, const Topology& topology);

/// Does that step, by the agents, which have to be in their nodes. etcd hands over to the member that is meant. Of a
/// Lease nobody can say who gets it: its holder is told to stop, gives it up, and one of the others takes it, the right
/// one or not. Error: it could not be done.
Status make_move(const LeaderMove& move, const Topology& topology, const FaultDoors& doors, const Catalogue& catalogue,
                 const Interrupt& interrupt);

}  // namespace hadrill
