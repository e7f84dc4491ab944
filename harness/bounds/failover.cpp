#include "bounds/failover.hpp"

namespace hadrill::bounds {

std::string to_string(Failover failover) {
  switch (failover) {
    case Failover::etcd_election:
      return "etcd-election";
    case Failover::etcd_transfer:
      return "etcd-transfer";
    case Failover::etcd_leader_stops:
      return "etcd-leader-stops";
    case Failover::etcd_member_behind_lb:
      return "etcd-member-behind-lb";
    case Failover::etcd_leader_behind_lb:
      return "etcd-leader-behind-lb";
    case Failover::etcd_leader_stops_behind_lb:
      return "etcd-leader-stops-behind-lb";
    case Failover::api_server_refuses:
      return "api-server-refuses";
    case Failover::api_server_hangs:
      return "api-server-hangs";
    case Failover::api_server_stops:
      return "api-server-stops";
    case Failover::api_server_cluster_ip:
      return "api-server-cluster-ip";
    case Failover::controller_manager_crash:
      return "controller-manager-crash";
    case Failover::controller_manager_release:
      return "controller-manager-release";
    case Failover::scheduler_crash:
      return "scheduler-crash";
    case Failover::scheduler_release:
      return "scheduler-release";
    case Failover::control_plane_lost:
      return "control-plane-lost";
    case Failover::node_not_ready:
      return "node-not-ready";
    case Failover::node_without_runtime:
      return "node-without-runtime";
    case Failover::pods_removed:
      return "pods-removed";
    case Failover::worker_cluster_ip:
      return "worker-cluster-ip";
    case Failover::worker_behind_lb:
      return "worker-behind-lb";
    case Failover::worker_unreached_behind_lb:
      return "worker-unreached-behind-lb";
    case Failover::pods_replaced:
      return "pods-replaced";
    case Failover::pod_ends:
      return "pod-ends";
    case Failover::pod_ends_behind_lb:
      return "pod-ends-behind-lb";
    case Failover::pod_hangs:
      return "pod-hangs";
    case Failover::pod_hangs_behind_lb:
      return "pod-hangs-behind-lb";
    case Failover::pod_deleted:
      return "pod-deleted";
    case Failover::pod_deleted_behind_lb:
      return "pod-deleted-behind-lb";
    case Failover::pods_restart:
      return "pods-restart";
    case Failover::pods_restart_behind_lb:
      return "pods-restart-behind-lb";
    case Failover::api_server_restored:
      return "api-server-restored";
    case Failover::etcd_restored:
      return "etcd-restored";
  }
  return "unknown";
}

}  // namespace hadrill::bounds
