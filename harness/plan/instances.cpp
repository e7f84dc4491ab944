#include "plan/instances.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hadrill {
namespace {

std::vector<ResolvedTarget> pods_of(const Topology& topology, const std::vector<PlacedPod>& pods) {
  std::vector<ResolvedTarget> instances;
  for (const Node& node : topology.nodes) {
    std::vector<PodRef> here;
    for (const PlacedPod& placed : pods) {
      if (placed.node == node.name) here.push_back(placed.pod);
    }
    // The API's order is its own business; a seed has to choose the same pod again.
    std::sort(here.begin(), here.end(), [](const PodRef& a, const PodRef& b) { return a.name < b.name; });
    for (PodRef& pod : here) instances.push_back({TargetRole::pod, node, false, std::move(pod)});
  }
  return instances;
}

bool runs_one_of(const std::vector<PlacedPod>& pods, const std::string& node) {
  return std::any_of(pods.begin(), pods.end(), [&node](const PlacedPod& placed) { return placed.node == node; });
}

}  // namespace

bool is_node(TargetRole role) {
  return role == TargetRole::control_plane || role == TargetRole::worker || role == TargetRole::load_balancer ||
         role == TargetRole::node_load_balancer;
}

std::vector<Node> nodes_with(TargetRole role, const Topology& topology) {
  switch (role) {
    case TargetRole::etcd:
      return topology.etcd_nodes();
    case TargetRole::apiserver:  // one per control plane
    case TargetRole::controller_manager:
    case TargetRole::scheduler:
    case TargetRole::control_plane:
      return topology.with_role(NodeRole::control_plane);
    case TargetRole::kubelet:
    case TargetRole::containerd:
      return topology.kubernetes_nodes();
    case TargetRole::worker:
      return topology.with_role(NodeRole::worker);
    case TargetRole::load_balancer:
      return topology.with_role(NodeRole::load_balancer);
    case TargetRole::node_load_balancer:
      return topology.with_role(NodeRole::node_load_balancer);
    case TargetRole::pod:
      return {};
  }
  return {};
}

std::vector<ResolvedTarget> instances_of(const Target& target, const Topology& topology, const LiveState& live) {
  if (target.role == TargetRole::pod) return pods_of(topology, live.pods);
  const std::optional<std::string> leader = leader_of(target.role, live.leadership);
  const bool by_pods = !target.labels.empty();
  std::vector<ResolvedTarget> instances;
  for (Node& node : nodes_with(target.role, topology)) {
    if (by_pods && !runs_one_of(live.pods, node.name)) continue;
    const bool leads = leader == node.name;
    instances.push_back({target.role, std::move(node), leads});
  }
  return instances;
}

std::optional<std::string> leader_of(TargetRole role, const Leadership& leadership) {
  switch (role) {
    case TargetRole::etcd:
      return leadership.etcd;
    case TargetRole::controller_manager:
      return leadership.controller_manager;
    case TargetRole::scheduler:
      return leadership.scheduler;
    default:
      return std::nullopt;
  }
}

std::optional<TargetRole> static_pod_role(const PodRef& pod, const Node& node) {
  constexpr std::array<std::pair<const char*, TargetRole>, 4> kComponents{
      {{"kube-apiserver", TargetRole::apiserver},
       {"etcd", TargetRole::etcd},
       {"kube-controller-manager", TargetRole::controller_manager},
       {"kube-scheduler", TargetRole::scheduler}}};
  if (pod.namespace_ != "kube-system") return std::nullopt;
  for (const auto& [component, role] : kComponents) {
    if (pod.name == component + ("-" + node.name)) return role;
  }
  return std::nullopt;
}

}  // namespace hadrill
