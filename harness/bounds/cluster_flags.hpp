// Owns what was read of a cluster's flags: texts as they stand in manifests and configuration files, with their
// sources. Data only. It travels in the event flags.read, so that bounds can be computed again without a cluster.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace hadrill::bounds {

/// Names of components as sources carry them.
namespace component {
inline constexpr const char* api_server = "kube-apiserver";
inline constexpr const char* etcd = "etcd";
inline constexpr const char* controller_manager = "kube-controller-manager";
inline constexpr const char* scheduler = "kube-scheduler";
inline constexpr const char* kubelet = "kubelet";
/// Of a node that has a member of etcd and no part in Kubernetes.
inline constexpr const char* member_kubelet = "kubelet/etcd";
inline constexpr const char* kube_proxy = "kube-proxy";
inline constexpr const char* load_balancer = "load-balancer";
/// The one in front of the workers.
inline constexpr const char* node_load_balancer = "node-load-balancer";
/// The Leases of the two that have a leader: "lease/NAME".
inline constexpr const char* controller_manager_lease = "lease/kube-controller-manager";
inline constexpr const char* scheduler_lease = "lease/kube-scheduler";
}  // namespace component

/// What one instance of a component was told. What is not in `values` is the component's own default.
struct FlagSource {
  std::string component;
  std::string node;    ///< "" for what is the same for all of them
  std::string source;  ///< the file or object it stands in, e.g. "/etc/kubernetes/manifests/etcd.yaml"
  /// By name without leading dashes, e.g. "leader-elect-lease-duration" -> "15s"; only names that some bound needs.
  std::map<std::string, std::string> values;

  friend bool operator==(const FlagSource&, const FlagSource&) = default;
};

/// What could not be read: no bound may be made of it.
struct Unread {
  std::string component;
  std::string node;
  std::string reason;

  friend bool operator==(const Unread&, const Unread&) = default;
};

struct ClusterFlags {
  std::string version;  ///< of Kubernetes, e.g. "v1.37.2": which defaults hold; "" when not known
  std::vector<FlagSource> sources;
  std::vector<Unread> unread;

  friend bool operator==(const ClusterFlags&, const ClusterFlags&) = default;
};

/// Whether a bound is made of this flag of this component; all others are neither kept nor recorded, so that nothing
/// that could be a secret is.
bool is_needed(std::string_view component, std::string_view name);

/// The members of the event flags.read.
Json to_json(const ClusterFlags& flags);
/// Error: infrastructure, naming the member that is missing or of another type.
Result<ClusterFlags> read_cluster_flags(const Json& event);

}  // namespace hadrill::bounds
