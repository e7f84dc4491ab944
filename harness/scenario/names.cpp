#include <fmt/format.h>

#include "scenario/scenario.hpp"

namespace hadrill {

std::string to_string(TargetRole role) {
  switch (role) {
    case TargetRole::apiserver:
      return "apiserver";
    case TargetRole::etcd:
      return "etcd";
    case TargetRole::controller_manager:
      return "controller-manager";
    case TargetRole::scheduler:
      return "scheduler";
    case TargetRole::kubelet:
      return "kubelet";
    case TargetRole::containerd:
      return "containerd";
    case TargetRole::control_plane:
      return "control-plane";
    case TargetRole::worker:
      return "worker";
    case TargetRole::load_balancer:
      return "load-balancer";
    case TargetRole::node_load_balancer:
      return "node-load-balancer";
    case TargetRole::pod:
      return "pod";
  }
  return "unknown";
}

bool has_leader(TargetRole role) {
  return role == TargetRole::etcd || role == TargetRole::controller_manager || role == TargetRole::scheduler;
}

bool one_per_node(TargetRole role) {
  return role != TargetRole::load_balancer && role != TargetRole::node_load_balancer && role != TargetRole::pod;
}

bool runs_pods(TargetRole role) { return role == TargetRole::control_plane || role == TargetRole::worker; }

std::string to_string(const Selector& select) {
  switch (select.kind) {
    case Selector::Kind::one:
      return "one";
    case Selector::Kind::all:
      return "all";
    case Selector::Kind::fixed:
      return fmt::format("fixed: {}", select.count);
    case Selector::Kind::nth:
      return fmt::format("nth: {}", select.count);
    case Selector::Kind::node:
      return fmt::format("node: {}", select.node);
    case Selector::Kind::leader:
      return "leader";
    case Selector::Kind::follower:
      return "follower";
    case Selector::Kind::holder:
      return fmt::format("holder-of: {}", select.lease);
  }
  return "unknown";
}

std::string to_string(StopCondition::When when) {
  return when == StopCondition::When::etcd_quorum_lost ? "etcd.quorum-lost" : "api.unavailable";
}

std::string to_string(ConnectionClass connection) { return connection == ConnectionClass::fresh ? "new" : "reused"; }

std::string to_string(ProbePath path) {
  switch (path) {
    case ProbePath::load_balancer:
      return "load-balancer";
    case ProbePath::each_api_server:
      return "each-api-server";
    case ProbePath::each_etcd_member:
      return "each-etcd-member";
    case ProbePath::cluster_ip:
      return "cluster-ip";
    case ProbePath::service:
      return "service";
    case ProbePath::node_load_balancer:
      return "node-load-balancer";
    case ProbePath::each_pod:
      return "each-pod";
    case ProbePath::each_node_port:
      return "each-node-port";
    case ProbePath::controllers:
      return "controllers";
    case ProbePath::local_echo:
      return "local-echo";
  }
  return "unknown";
}

std::string to_string(ProbeOperation operation) {
  switch (operation) {
    case ProbeOperation::read:
      return "read";
    case ProbeOperation::cached_read:
      return "cached-read";
    case ProbeOperation::list:
      return "list";
    case ProbeOperation::write:
      return "write";
    case ProbeOperation::readyz:
      return "readyz";
    case ProbeOperation::health:
      return "health";
    case ProbeOperation::get:
      return "get";
    case ProbeOperation::count:
      return "count";
    case ProbeOperation::scale:
      return "scale";
    case ProbeOperation::echo:
      return "echo";
  }
  return "unknown";
}

}  // namespace hadrill
