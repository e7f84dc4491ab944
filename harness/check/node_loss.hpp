// Owns what becomes of nodes that a fault hits, and of the pods on them, as SLIs: until the nodes are called not Ready,
// until their pods are out of their Services, until others stand in. docs/sli-reference.md, "Nodes". Pure.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "base/result.hpp"
#include "bounds/flag_reader.hpp"
#include "check/timeline.hpp"
#include "scenario/scenario.hpp"

namespace hadrill {

/// Whether a fault of this role is one of its node: "worker", "control-plane", "kubelet", "containerd".
bool hits_node(const std::string& role);

/// Nodes that the faults of a run hit.
std::set<std::string> nodes_hit(const EventLog& events);

/// nodes_not_ready, pods_removed or pods_replaced, counted from T0. What was not seen by the end of the window has no
/// upper bound. nullopt: nothing of it was watched, or there was nothing that could happen. `why`: set when there is no
/// number, or an open one.
std::optional<Bounds> node_loss_time(SliRef::Kind kind, const EventLog& events, const Window& window, std::string& why);

/// How long the pods that pods_replaced is about stay on a node that is not reached: of those that were thrown out, or
/// of all that may be. nullopt: the history does not tell. Error (infrastructure): all of them stay forever.
Result<std::optional<bounds::Range<Duration>>> toleration_of_pods(const EventLog& events, const Window& window);

}  // namespace hadrill
