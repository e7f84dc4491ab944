#include "fault/peers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace hadrill {
namespace {

constexpr int kApiPort = 6443;
constexpr int kEtcdClientPort = 2379;
constexpr int kEtcdPeerPort = 2380;
constexpr int kHighestPort = 65535;
/// What one rule of the packet filter takes.
constexpr std::size_t kMostPorts = 15;
constexpr const char* kWhere = "network fault";

bool has(const std::vector<Node>& nodes, const std::string& name) {
  return std::any_of(nodes.begin(), nodes.end(), [&](const Node& node) { return node.name == name; });
}

/// The nodes that a word stands for; nullopt for an unknown word.
std::optional<std::vector<Node>> nodes_called(const std::string& word, const Topology& topology) {
  if (word == "all") return topology.nodes;
  if (word == "control-planes") return topology.with_role(NodeRole::control_plane);
  if (word == "etcd-members") return topology.etcd_nodes();
  if (word == "workers") return topology.with_role(NodeRole::worker);
  if (word == "load-balancer") return topology.with_role(NodeRole::load_balancer);
  if (word == "node-load-balancer") return topology.with_role(NodeRole::node_load_balancer);
  return std::nullopt;
}

/// The nodes that an entry of a list stands for: a word's, or the one of that name. Somebody at least, or who reads the
/// list would believe that more is cut off than is.
Result<std::vector<Node>> nodes_listed(const Json& entry, const Topology& topology) {
  const std::string said = entry.is_string() ? entry.get<std::string>() : "";
  if (auto called = nodes_called(said, topology); called && !called->empty()) return std::move(*called);
  const Node* const node = topology.find(said);
  if (node == nullptr) return usage_error(kWhere, fmt::format("peers: no node {}", entry.dump()));
  return std::vector<Node>{*node};
}

/// Everybody whom a list means, once.
Result<std::vector<Node>> nodes_of_list(const Json& list, const Topology& topology) {
  std::vector<Node> nodes;
  for (const Json& entry : list) {
    const auto meant = nodes_listed(entry, topology);
    if (!meant.ok()) return meant;
    for (const Node& node : *meant) {
      if (!has(nodes, node.name)) nodes.push_back(node);
    }
  }
  return nodes;
}

Result<std::vector<Node>> read_peers(const Topology& topology, const ResolvedTarget& target, const Json& parameters) {
  const Json said = parameters.value("peers", Json("all"));
  std::vector<Node> nodes;
  if (said.is_array()) {
    auto listed = nodes_of_list(said, topology);
    if (!listed.ok()) return listed;
    nodes = std::move(*listed);
  } else {
    auto called = said.is_string() ? nodes_called(said.get<std::string>(), topology) : std::nullopt;
    if (!called)
      return usage_error(kWhere,
                         "peers has to be all, control-planes, workers, load-balancer, node-load-balancer, "
                         "etcd-members or a list of these and of node names");
    nodes = std::move(*called);
  }
  std::erase_if(nodes, [&](const Node& node) { return node.name == target.node.name; });
  if (nodes.empty())
    return usage_error(kWhere, fmt::format("peers: nobody is left but {} itself ({})", target.node.name, said.dump()));
  for (const Node& node : nodes) {
    if (node.address.empty()) return infrastructure_error(kWhere, fmt::format("{} has no address", node.name));
  }
  return nodes;
}

Json default_ports(TargetRole role) {
  if (role == TargetRole::apiserver) return Json::array({kApiPort});
  if (role == TargetRole::etcd) return Json::array({kEtcdClientPort, kEtcdPeerPort});
  return Json::array();
}

Result<std::vector<int>> read_ports(const ResolvedTarget& target, const Json& parameters) {
  const Json said = parameters.value("ports", default_ports(target.role));
  if (!said.is_array() || said.size() > kMostPorts) return usage_error(kWhere, "ports has to be a list of at most 15");
  std::vector<int> ports;
  for (const Json& port : said) {
    const auto number = port.is_number_integer() ? port.get<std::int64_t>() : 0;
    if (number < 1 || number > kHighestPort) return usage_error(kWhere, "ports: no port " + port.dump());
    ports.push_back(static_cast<int>(number));
  }
  return ports;
}

bool concerns(const PacketScope& scope, int port) {
  return scope.ports.empty() || std::find(scope.ports.begin(), scope.ports.end(), port) != scope.ports.end();
}

bool loses_majority(const Topology& topology, const PacketScope& scope) {
  const std::vector<Node> members = topology.etcd_nodes();
  const auto cut = static_cast<std::size_t>(
      std::count_if(members.begin(), members.end(), [&](const Node& member) { return has(scope.peers, member.name); }));
  return members.size() - cut < members.size() / 2 + 1;
}

bool loses_everybody(const Topology& topology, const PacketScope& scope) {
  return scope.peers.size() + 1 >= topology.nodes.size();
}

bool loses_users(const Topology& topology, const PacketScope& scope) {
  const Node* balancer = topology.load_balancer();
  return balancer != nullptr ? has(scope.peers, balancer->name) : loses_everybody(topology, scope);
}

}  // namespace

Result<PacketScope> packet_scope(const Topology& topology, const ResolvedTarget& target, const Json& parameters) {
  auto peers = read_peers(topology, target, parameters);
  if (!peers.ok()) return peers.error();
  auto ports = read_ports(target, parameters);
  if (!ports.ok()) return ports.error();
  const bool served = target.role == TargetRole::apiserver && *ports == std::vector<int>{kApiPort};
  return PacketScope{std::move(*peers), std::move(*ports), served};
}

Json scope_request(const PacketScope& scope) {
  Json addresses = Json::array();
  for (const Node& peer : scope.peers) addresses.push_back(peer.address);
  return {{"peers", std::move(addresses)}, {"ports", scope.ports}, {"served", scope.served}};
}

std::string scope_text(const PacketScope& scope) {
  std::vector<std::string> names;
  for (const Node& peer : scope.peers) names.push_back(peer.name);
  const std::string peers = fmt::format("{}", fmt::join(names, ", "));
  if (scope.ports.empty()) return peers;
  return fmt::format("{} (TCP port{} {}{})", peers, scope.ports.size() > 1 ? "s" : "", fmt::join(scope.ports, ", "),
                     scope.served ? " of the target" : "");
}

std::string scope_text(const Result<PacketScope>& scope) {
  return scope.ok() ? scope_text(*scope) : "nobody: " + scope.error().message;
}

std::vector<TargetRole> cut_roles(const Topology& topology, const ResolvedTarget& target, const PacketScope& scope) {
  const bool alone = scope.ports.empty() && loses_everybody(topology, scope);
  if (target.node.role == NodeRole::worker && alone) return {TargetRole::worker, TargetRole::kubelet};
  const bool cut_off = alone || (concerns(scope, kEtcdPeerPort) && loses_majority(topology, scope));
  if (target.node.role == NodeRole::etcd) return cut_off ? std::vector{TargetRole::etcd} : std::vector<TargetRole>{};
  if (target.node.role != NodeRole::control_plane) return {};
  if (alone) {
    return {TargetRole::control_plane,      TargetRole::apiserver, TargetRole::etcd,
            TargetRole::controller_manager, TargetRole::scheduler, TargetRole::kubelet};
  }
  std::vector<TargetRole> roles;
  if (cut_off && !topology.etcd_is_external()) roles.push_back(TargetRole::etcd);
  if (concerns(scope, kApiPort) && loses_users(topology, scope)) roles.push_back(TargetRole::apiserver);
  return roles;
}

Result<std::string> read_choice_of(const std::string& fault, const Json& parameters, const std::string& name,
                                   const std::vector<std::string>& allowed) {
  std::string said = json_text(parameters, "/" + name, allowed.front());
  if (std::find(allowed.begin(), allowed.end(), said) != allowed.end()) return said;
  return usage_error(fault, fmt::format("{} has to be one of {}", name, fmt::join(allowed, ", ")));
}

}  // namespace hadrill
