// Owns which packets a network fault is about: who is on the other side, which ports, and what a node loses with them.
#pragma once

#include <string>
#include <vector>

#include "fault/fault.hpp"

namespace hadrill {

/// Packets between a target's node and its peers.
struct PacketScope {
  std::vector<Node> peers;  ///< never the target itself
  std::vector<int> ports;   ///< TCP; empty: every packet
  bool served = false;      ///< only connections to the target's ports, not those that it makes
};

/// Parameter `peers`: "all" (when missing), "control-planes", "workers", "load-balancer", "node-load-balancer",
/// "etcd-members", or a list of these and of node names; parameter `ports`: at most 15, the component's own when
/// missing. Port 6443 of an API server means connections to it: its node's kubelet goes on reaching the others. Error
/// (usage): nobody is left, an entry that stands for no node, a bad port.
Result<PacketScope> packet_scope(const Topology& topology, const ResolvedTarget& target, const Json& parameters);

/// The members of an agent's request that say the same: peers (addresses), ports, served.
Json scope_request(const PacketScope& scope);
/// In words, e.g. "cp2, cp3 (TCP ports 2379, 2380)".
std::string scope_text(const PacketScope& scope);
/// The same for a scope that cannot be resolved: why.
std::string scope_text(const Result<PacketScope>& scope);

/// Roles on the target's node that do not serve while none of these packets gets through: etcd when what it still
/// reaches is no majority, the API server when its users do not reach it, everything when nobody reaches the node.
std::vector<TargetRole> cut_roles(const Topology& topology, const ResolvedTarget& target, const PacketScope& scope);

/// The text at `name`, one of `allowed`, of which the first is the default. Error (usage): another one.
Result<std::string> read_choice_of(const std::string& fault, const Json& parameters, const std::string& name,
                                   const std::vector<std::string>& allowed);

}  // namespace hadrill
