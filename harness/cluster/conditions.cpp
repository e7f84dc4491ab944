#include "cluster/conditions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "kube/own_namespace.hpp"

namespace hadrill {
namespace {

/// Appends to a list in words: "a; b; c".
void add(std::string& reasons, const std::string& reason) { reasons += (reasons.empty() ? "" : "; ") + reason; }

}  // namespace

Condition nodes_condition(const Topology& topology, const Result<std::vector<kube::NodeStatus>>& nodes) {
  Condition out{condition::nodes, {}};
  if (!nodes.ok()) return {condition::nodes, nodes.error().text()};
  for (const Node& node : topology.kubernetes_nodes()) {
    const auto found =
        std::find_if(nodes->begin(), nodes->end(), [&](const auto& status) { return status.name == node.name; });
    if (found == nodes->end()) {
      add(out.reason, node.name + " is not registered");
      continue;
    }
    if (!found->ready) add(out.reason, fmt::format("{} is not Ready ({})", node.name, found->reason));
    if (found->cordoned) add(out.reason, fmt::format("node {} is cordoned", node.name));
  }
  return out;
}

Condition pods_condition(const Topology& topology, const Result<std::vector<kube::PodStatus>>& pods) {
  Condition out{condition::system_pods, {}};
  if (!pods.ok()) return {condition::system_pods, pods.error().text()};
  for (const kube::PodStatus& pod : *pods) {
    if (!pod.ready) add(out.reason, fmt::format("{} is not Ready ({})", pod.name, pod.reason));
  }
  for (const Node& node : topology.with_role(NodeRole::control_plane)) {
    for (const char* component : {"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"}) {
      // An etcd outside of the cluster has no pods that the API knows of.
      if (topology.etcd_is_external() && component == std::string_view("etcd")) continue;
      // "COMPONENT-NODE" as a static pod; as one of a DaemonSet only the beginning is known.
      const std::string prefix = fmt::format("{}-", component);
      if (std::none_of(pods->begin(), pods->end(),
                       [&](const auto& pod) { return pod.node == node.name && pod.name.starts_with(prefix); })) {
        add(out.reason, prefix + node.name + " is missing");
      }
    }
  }
  return out;
}

Condition coredns_condition(const Result<std::vector<kube::PodStatus>>& pods) {
  if (!pods.ok()) return {condition::coredns, pods.error().text()};
  const auto up = std::count_if(pods->begin(), pods->end(),
                                [](const auto& pod) { return pod.name.starts_with("coredns-") && pod.ready; });
  return {condition::coredns, up > 0 ? "" : "no coredns pod is Ready"};
}

Condition workloads_condition(const Result<std::vector<kube::WorkloadStatus>>& workloads) {
  if (!workloads.ok()) return {condition::workloads, workloads.error().text()};
  Condition out{condition::workloads, {}};
  for (const kube::WorkloadStatus& workload : *workloads) {
    const std::string& space = workload.name_space;
    // kind's provisioner of volumes serves tests that want one; kube-system is judged pod by pod.
    if (space == "kube-system" || space == "local-path-storage" || space.starts_with(kube::kOwnNamespacePrefix))
      continue;
    if (workload.ready < workload.wanted) {
      add(out.reason,
          fmt::format("{}/{} has {} of {} replicas ready", space, workload.name, workload.ready, workload.wanted));
    }
  }
  return out;
}

Condition etcd_condition(const std::vector<Node>& members, const std::vector<Result<kube::EtcdStatus>>& statuses) {
  Condition out{condition::etcd, {}};
  std::set<std::string> leaders;
  std::uint64_t furthest = 0;
  for (const auto& status : statuses) {
    if (!status.ok()) continue;
    leaders.insert(status->leader_id);
    furthest = std::max(furthest, status->raft_index);
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::string& name = members[i].name;
    const auto& status = statuses[i];
    if (!status.ok()) {
      add(out.reason, fmt::format("member on {} does not answer ({})", name, status.error().message));
      continue;
    }
    if (status->learner) add(out.reason, fmt::format("member on {} is a learner", name));
    if (status->members != static_cast<int>(members.size())) {
      add(out.reason, fmt::format("member on {} knows {} members, not {}", name, status->members, members.size()));
    }
    if (furthest - status->applied_index > kEtcdLagLimit) {
      add(out.reason, fmt::format("member on {} is {} entries behind", name, furthest - status->applied_index));
    }
  }
  if (leaders.size() > 1) add(out.reason, "members disagree about the leader");
  if (leaders.size() == 1 && !etcd_leader_node(members, statuses)) add(out.reason, "no leader");
  return out;
}

Condition leases_condition(const Result<kube::LeaseStatus>& controller_manager,
                           const Result<kube::LeaseStatus>& scheduler, std::int64_t now_ns) {
  Condition out{condition::leases, {}};
  const auto check = [&](const char* name, const Result<kube::LeaseStatus>& lease) {
    if (!lease.ok()) return add(out.reason, lease.error().text());
    if (lease->holder.empty()) return add(out.reason, fmt::format("Lease {} has no holder", name));
    const Duration age(now_ns - lease->renewed_ns);
    if (age >= lease->duration) {
      add(out.reason, fmt::format("Lease {} was renewed {} ago", name, format_seconds(age, 1)));
    }
  };
  check("kube-controller-manager", controller_manager);
  check("kube-scheduler", scheduler);
  return out;
}

Condition load_balancer_condition(const std::set<std::string>& expected, const std::set<std::string>& seen,
                                  const std::string& trouble) {
  const auto missing =
      std::count_if(expected.begin(), expected.end(), [&](const auto& serial) { return !seen.contains(serial); });
  if (missing == 0) return {condition::load_balancer, {}};
  return {condition::load_balancer, fmt::format("new connections reached {} of {} API servers{}",
                                                expected.size() - static_cast<std::size_t>(missing), expected.size(),
                                                trouble.empty() ? "" : " (" + trouble + ")")};
}

Condition node_load_balancer_condition(const http::Transfer& answer) {
  if (answer.ending == http::Ending::response) return {condition::node_load_balancer, {}};
  return {condition::node_load_balancer, answer.reason.empty() ? "does not answer" : answer.reason};
}

std::optional<std::string> lease_node(const Topology& topology, const kube::LeaseStatus& lease) {
  const Node* node = topology.find(kube::holder_host(lease.holder));
  return node == nullptr ? std::nullopt : std::optional(node->name);
}

std::optional<std::string> etcd_leader_node(const std::vector<Node>& members,
                                            const std::vector<Result<kube::EtcdStatus>>& statuses) {
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (statuses[i].ok() && !statuses[i]->leader_id.empty() && statuses[i]->leader_id == statuses[i]->member_id) {
      return members[i].name;
    }
  }
  return std::nullopt;
}

}  // namespace hadrill
