// Owns the picture of a cluster: nodes, roles, addresses, who leads. Data only; cluster/ fills it, plan/ and check/
// read it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace hadrill {

enum class NodeRole {
  control_plane,
  worker,
  etcd,  ///< a member of an etcd outside of the control planes; no node of Kubernetes
  load_balancer,
  node_load_balancer,  ///< the one in front of a NodePort of the workers
};

/// "control-plane", "worker", "etcd", "load-balancer" or "node-load-balancer".
std::string to_string(NodeRole role);
/// Whether our agent may be put into it: not into a load balancer, whose image may be anybody's.
bool takes_agent(NodeRole role);

/// One container of the cluster.
struct Node {
  std::string name;  ///< container and node name
  NodeRole role = NodeRole::worker;
  std::string container_id;  ///< full id; a node that is replaced gets another one
  std::string address;       ///< IPv4 on the cluster's network
  /// Port on 127.0.0.1 that reaches the API: of this API server, or through the load balancer. None for workers.
  std::optional<std::uint16_t> api_port;
  /// NodePorts that are published on 127.0.0.1, and there as what.
  std::map<std::uint16_t, std::uint16_t> node_ports = {};

  /// "https://127.0.0.1:PORT"; nullopt without a port.
  std::optional<std::string> api_base() const;
};

/// Where a pod is reached from inside the cluster, past any Service.
struct PodAddress {
  std::string pod;
  std::string node;
  std::string address;  ///< IPv4
  std::uint16_t port = 0;

  friend bool operator==(const PodAddress&, const PodAddress&) = default;
};

/// Where a Service of the cluster is reached from inside it, and at its nodes.
struct ServiceAddress {
  std::string address;  ///< ClusterIP, IPv4
  std::uint16_t port = 0;
  std::uint16_t node_port = 0;  ///< of every node; 0: none
  /// The pods that were ready behind it when they were looked up, by name; only of those that a scenario asks.
  std::vector<PodAddress> pods = {};

  friend bool operator==(const ServiceAddress&, const ServiceAddress&) = default;
};

/// Nodes in the order kind names them: control planes, workers, members of an external etcd, load balancers last.
struct Topology {
  std::string cluster;
  std::vector<Node> nodes;
  std::optional<ServiceAddress> api_service = std::nullopt;          ///< kubernetes.default
  std::optional<ServiceAddress> dns_metrics_service = std::nullopt;  ///< the metrics port of kube-dns
  /// Others that a scenario asks, by ServiceRef::key().
  std::map<std::string, ServiceAddress> services = {};

  std::vector<Node> with_role(NodeRole role) const;
  /// Those that the API knows as Nodes: control planes and workers.
  std::vector<Node> kubernetes_nodes() const;
  /// Where the members of etcd run: nodes of their own where there are such, else the control planes.
  std::vector<Node> etcd_nodes() const;
  /// Whether etcd has nodes of its own. Then every API server knows every member; else only the one beside it.
  bool etcd_is_external() const;
  /// The node called `name`, or nullptr.
  const Node* find(const std::string& name) const;
  /// The load balancer, or nullptr for a cluster without one.
  const Node* load_balancer() const;
  /// The one in front of the workers, or nullptr.
  const Node* node_load_balancer() const;
  /// Where the API is asked when any API server will do: through the load balancer, or straight from the first control
  /// plane of a cluster without one. nullopt: neither publishes a port.
  std::optional<std::string> front_door() const;
  /// Port on 127.0.0.1 of the first control plane's API server, for what any API server can be asked, past the load
  /// balancer. There must be one.
  std::uint16_t any_api_port() const;
  /// Where hadrill's own pod runs: the first worker, or the first node of a cluster without workers; nullptr without
  /// nodes.
  const Node* pod_node() const;
};

/// Node names of the current leaders; nullopt where there is none or it could not be read.
struct Leadership {
  std::optional<std::string> etcd;
  std::optional<std::string> controller_manager;
  std::optional<std::string> scheduler;
};

Json to_json(const Topology& topology);

}  // namespace hadrill
