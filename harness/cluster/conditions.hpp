// Owns what "ready" and "fully redundant" mean, as conditions over facts already read. Pure.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "http/transfer.hpp"
#include "kube/api.hpp"
#include "kube/etcd.hpp"
#include "topology/topology.hpp"

namespace hadrill {

/// One thing that has to hold before every spare is back (T5 in docs/sli-reference.md).
struct Condition {
  std::string name;    ///< one of the names below
  std::string reason;  ///< empty when it holds; else why not, in words
  bool holds() const { return reason.empty(); }
};

namespace condition {
inline constexpr const char* api_servers = "api-servers";      // every API server answers /readyz on its own port
inline constexpr const char* load_balancer = "load-balancer";  // new connections through it reach every API server
/// The one in front of the workers, where there is one: a new connection through it gets an answer.
inline constexpr const char* node_load_balancer = "node-load-balancer";
inline constexpr const char* nodes = "nodes";              // every node is there, Ready and not cordoned
inline constexpr const char* etcd = "etcd";                // one leader, every member a started voter and caught up
inline constexpr const char* leases = "leases";            // controller manager and scheduler Leases held and renewed
inline constexpr const char* system_pods = "system-pods";  // every pod of kube-system Ready, none in back-off
inline constexpr const char* coredns = "coredns";          // cluster DNS is up
inline constexpr const char* workloads = "workloads";      // what users run has all its replicas ready
}  // namespace condition

/// A member this many entries behind the furthest one is not caught up (measurement.md, T5).
inline constexpr std::uint64_t kEtcdLagLimit = 100;

Condition nodes_condition(const Topology& topology, const Result<std::vector<kube::NodeStatus>>& nodes);
Condition pods_condition(const Topology& topology, const Result<std::vector<kube::PodStatus>>& pods);
Condition coredns_condition(const Result<std::vector<kube::PodStatus>>& pods);
/// Deployments and StatefulSets that belong neither to the cluster itself nor to hadrill. None at all is fine.
Condition workloads_condition(const Result<std::vector<kube::WorkloadStatus>>& workloads);
/// `statuses` in the order of `members`, the nodes with an etcd member.
Condition etcd_condition(const std::vector<Node>& members, const std::vector<Result<kube::EtcdStatus>>& statuses);
/// `now_ns`: wall clock, ns since the epoch. Held: a holder, renewed less than one lease duration ago.
Condition leases_condition(const Result<kube::LeaseStatus>& controller_manager,
                           const Result<kube::LeaseStatus>& scheduler, std::int64_t now_ns);
/// `expected`: serving certificates of the API servers; `seen`: those met through the load balancer.
Condition load_balancer_condition(const std::set<std::string>& expected, const std::set<std::string>& seen,
                                  const std::string& trouble);

/// `answer`: to a request through the port that the one in front of the workers publishes. Any answer of a server will
/// do; an accepted connection alone may be the container engine's own doing.
Condition node_load_balancer_condition(const http::Transfer& answer);

/// Which node a holder identity or leader id means; nullopt when none.
std::optional<std::string> lease_node(const Topology& topology, const kube::LeaseStatus& lease);
std::optional<std::string> etcd_leader_node(const std::vector<Node>& members,
                                            const std::vector<Result<kube::EtcdStatus>>& statuses);

}  // namespace hadrill
