#include "topology/topology.hpp"

#include <algorithm>
#include <cassert>

namespace hadrill {
namespace {

const Node* first_with(const std::vector<Node>& nodes, NodeRole role) {
  const auto found = std::find_if(nodes.begin(), nodes.end(), [role](const Node& node) { return node.role == role; });
  return found == nodes.end() ? nullptr : &*found;
}

}  // namespace

std::string to_string(NodeRole role) {
  switch (role) {
    case NodeRole::control_plane:
      return "control-plane";
    case NodeRole::worker:
      return "worker";
    case NodeRole::etcd:
      return "etcd";
    case NodeRole::load_balancer:
      return "load-balancer";
    case NodeRole::node_load_balancer:
      return "node-load-balancer";
  }
  return "unknown";
}

bool takes_agent(NodeRole role) { return role != NodeRole::load_balancer && role != NodeRole::node_load_balancer; }

std::optional<std::string> Node::api_base() const {
  return api_port ? std::optional("https://127.0.0.1:" + std::to_string(*api_port)) : std::nullopt;
}

std::vector<Node> Topology::with_role(NodeRole role) const {
  std::vector<Node> found;
  std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(found),
               [&](const Node& node) { return node.role == role; });
  return found;
}

std::vector<Node> Topology::kubernetes_nodes() const {
  std::vector<Node> found;
  std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(found),
               [](const Node& node) { return node.role == NodeRole::control_plane || node.role == NodeRole::worker; });
  return found;
}

std::vector<Node> Topology::etcd_nodes() const {
  return with_role(etcd_is_external() ? NodeRole::etcd : NodeRole::control_plane);
}

bool Topology::etcd_is_external() const {
  return std::any_of(nodes.begin(), nodes.end(), [](const Node& node) { return node.role == NodeRole::etcd; });
}

const Node* Topology::find(const std::string& name) const {
  const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const Node& node) { return node.name == name; });
  return found == nodes.end() ? nullptr : &*found;
}

const Node* Topology::load_balancer() const { return first_with(nodes, NodeRole::load_balancer); }

const Node* Topology::node_load_balancer() const { return first_with(nodes, NodeRole::node_load_balancer); }

std::optional<std::string> Topology::front_door() const {
  const Node* const balancer = load_balancer();
  if (balancer != nullptr) return balancer->api_base();
  const auto control_planes = with_role(NodeRole::control_plane);
  return control_planes.empty() ? std::nullopt : control_planes.front().api_base();
}

std::uint16_t Topology::any_api_port() const {
  const auto control_planes = with_role(NodeRole::control_plane);
  assert(!control_planes.empty() && control_planes.front().api_port);
  return *control_planes.front().api_port;
}

const Node* Topology::pod_node() const {
  const Node* const worker = first_with(nodes, NodeRole::worker);
  if (worker != nullptr) return worker;
  return nodes.empty() ? nullptr : &nodes.front();
}

Json to_json(const Topology& topology) {
  Json nodes = Json::array();
  for (const Node& node : topology.nodes) {
    Json entry = {{"name", node.name},
                  {"role", to_string(node.role)},
                  {"containerId", node.container_id},
                  {"address", node.address}};
    if (node.api_port) entry["apiPort"] = *node.api_port;
    for (const auto& [inside, outside] : node.node_ports) entry["nodePorts"][std::to_string(inside)] = outside;
    nodes.push_back(std::move(entry));
  }
  Json out = {{"cluster", topology.cluster}, {"nodes", std::move(nodes)}};
  const auto add = [&out](const char* name, const std::optional<ServiceAddress>& service) {
    if (service) out["services"][name] = {{"address", service->address}, {"port", service->port}};
  };
  add("kubernetes.default", topology.api_service);
  add("kube-dns.kube-system", topology.dns_metrics_service);
  return out;
}

}  // namespace hadrill
