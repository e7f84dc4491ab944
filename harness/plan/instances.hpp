// Owns which instances a role has on a cluster.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/plan.hpp"

namespace hadrill {

/// Whether the role is a container of the cluster, not something that runs in one.
bool is_node(TargetRole role);

/// The nodes with an instance of `role`, in the order of the topology; none for pods, which may run anywhere.
std::vector<Node> nodes_with(TargetRole role, const Topology& topology);

/// Every instance of the target's role, in the order of the topology; pods of one node by name. Of nodes that are told
/// by their pods, those that run one of live.pods.
std::vector<ResolvedTarget> instances_of(const Target& target, const Topology& topology, const LiveState& live);

/// Name of the node that leads `role`; nullopt for no leader, none known, and roles without one.
std::optional<std::string> leader_of(TargetRole role, const Leadership& leadership);

/// The component that a pod is, by the name that the kubelet gives to a static pod; nullopt for any other pod.
std::optional<TargetRole> static_pod_role(const PodRef& pod, const Node& node);

}  // namespace hadrill
