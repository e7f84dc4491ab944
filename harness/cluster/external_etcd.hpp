// Owns an etcd outside of the control planes: three kind nodes with one member each, made before the cluster that
// needs them, the way kubeadm's documentation makes one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "cluster/docker.hpp"
#include "topology/topology.hpp"

namespace hadrill {

inline constexpr std::size_t kExternalMembers = 3;

/// "c-etcd", "c-etcd2", "c-etcd3", as kind counts its nodes.
std::string external_member_name(const std::string& cluster, std::size_t index);

/// The arguments of `docker create` for a node that is to become a member: what kind itself gives to its nodes.
std::vector<std::string> external_member_arguments(const std::string& cluster, const std::string& name,
                                                   const std::string& image, const std::string& network,
                                                   bool overlayfs_snapshotter);

/// kind's configuration with {pki} and {endpoints} filled in.
std::string external_etcd_config(std::string text, const std::filesystem::path& pki, const std::vector<Node>& members);

/// What make_external_etcd needs to know.
struct ExternalEtcdPlan {
  std::string cluster;
  std::string image;
  std::string network;
  bool overlayfs_snapshotter = false;
  std::filesystem::path script;  ///< kind-configs/clusters/external-etcd-member.sh
  std::filesystem::path pki;     ///< gets ca.crt, client.crt and client.key for API servers
};

/// Makes the nodes and their members and waits until each has joined. Returns the nodes. Error: infrastructure; what
/// was made stays, labelled as of this cluster.
Result<std::vector<Node>> make_external_etcd(Docker& docker, Clock& clock, const ExternalEtcdPlan& plan,
                                             const Interrupt& interrupt);

}  // namespace hadrill
