// Owns the list of failovers that have bounds.
#pragma once

#include <array>
#include <string>

namespace hadrill::bounds {

/// What has to happen until service is as before. Letters and numbers: rows of docs/bounds-reference.md.
enum class Failover {
  etcd_election,                ///< B1: the etcd leader dies; another is elected
  etcd_transfer,                ///< B2: the etcd leader hands over
  etcd_leader_stops,            ///< B2b: the etcd leader is told to stop; it waits for its clients, then hands over
  etcd_member_behind_lb,        ///< B3: a member dies, and its API server with it, as users behind the LB see it
  etcd_leader_behind_lb,        ///< B1 and B3: the same of the leader
  etcd_leader_stops_behind_lb,  ///< B2b and B3: the leader is told to stop, as users behind the LB see it
  api_server_refuses,           ///< B5: an API server dies: its port refuses; through the LB
  api_server_hangs,             ///< B7: it accepts and never answers; through the LB, new connections
  api_server_stops,             ///< S10: it is told to stop and drains; through the LB
  api_server_cluster_ip,        ///< B5b: it dies; through the ClusterIP of kubernetes.default
  controller_manager_crash,     ///< B6: the leader dies or stands still; another takes its Lease
  controller_manager_release,   ///< B6c: the leader is told to stop
  scheduler_crash,              ///< B6
  scheduler_release,            ///< B6b
  control_plane_lost,           ///< B9: a whole control plane dies; through the LB, new connections
  node_not_ready,               ///< B8: a worker dies; it is called not Ready
  node_without_runtime,         ///< a node's container runtime is gone; its kubelet calls it not Ready
  pods_removed,                 ///< B8: and its pods leave the Services
  worker_cluster_ip,            ///< B8: and other pods do not meet them any more; new connections
  worker_behind_lb,             ///< B8: the same for users behind the load balancer of the workers
  worker_unreached_behind_lb,   ///< the load balancer of the workers does not reach one; new connections
  pods_replaced,                ///< B8b: and its pods are replaced elsewhere
  pod_ends,                     ///< a pod's process dies, others of its Service live; new connections
  pod_ends_behind_lb,           ///< the same for users behind the load balancer of the workers
  pod_hangs,                    ///< a pod does not answer, others of its Service do; new connections
  pod_hangs_behind_lb,          ///< the same for users behind the load balancer of the workers
  pod_deleted,                  ///< a pod is deleted, others of its Service live; new connections
  pod_deleted_behind_lb,        ///< the same for users behind the load balancer of the workers
  pods_restart,                 ///< the processes of all pods of a Service die; new connections
  pods_restart_behind_lb,       ///< the same for users behind the load balancer of the workers
  api_server_restored,          ///< S9: the API server that died is back, redundancy is full
  etcd_restored,                ///< S4: the etcd member that died is back, redundancy is full
};

inline constexpr std::array kFailovers{Failover::etcd_election,
                                       Failover::etcd_transfer,
                                       Failover::etcd_leader_stops,
                                       Failover::etcd_member_behind_lb,
                                       Failover::etcd_leader_behind_lb,
                                       Failover::etcd_leader_stops_behind_lb,
                                       Failover::api_server_refuses,
                                       Failover::api_server_hangs,
                                       Failover::api_server_stops,
                                       Failover::api_server_cluster_ip,
                                       Failover::controller_manager_crash,
                                       Failover::controller_manager_release,
                                       Failover::scheduler_crash,
                                       Failover::scheduler_release,
                                       Failover::control_plane_lost,
                                       Failover::node_not_ready,
                                       Failover::node_without_runtime,
                                       Failover::pods_removed,
                                       Failover::worker_cluster_ip,
                                       Failover::worker_behind_lb,
                                       Failover::worker_unreached_behind_lb,
                                       Failover::pods_replaced,
                                       Failover::pod_ends,
                                       Failover::pod_ends_behind_lb,
                                       Failover::pod_hangs,
                                       Failover::pod_hangs_behind_lb,
                                       Failover::pod_deleted,
                                       Failover::pod_deleted_behind_lb,
                                       Failover::pods_restart,
                                       Failover::pods_restart_behind_lb,
                                       Failover::api_server_restored,
                                       Failover::etcd_restored};

/// As reports and documentation write it, e.g. "etcd-election".
std::string to_string(Failover failover);

}  // namespace hadrill::bounds
