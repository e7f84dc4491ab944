// Owns reading the flags in force of a live cluster: manifests in the nodes, DaemonSets, the kubelets' /configz, the
// load balancers' own configurations, the Leases. What cannot be read is told, never made up.
#pragma once

#include "bounds/cluster_flags.hpp"
#include "cluster/docker.hpp"
#include "http/client.hpp"
#include "topology/topology.hpp"

namespace hadrill {

/// A file of a node, with its content.
struct NodeFile {
  std::string path;
  std::string content;
};

/// Files as the reading script prints them: size, path, content, one after the other. Error: infrastructure, when the
/// text ends early or is of another form.
Result<std::vector<NodeFile>> read_node_files(std::string_view text, const std::string& node);

/// Which of the programs we know runs in a load balancer's container, and by which file.
struct BalancerProgram {
  std::string program;  ///< haproxy, nginx or envoy
  std::string path;     ///< of its configuration
};

/// From lines "NAME\tARGUMENT\tARGUMENT...", one per process. haproxy before envoy: a stand-in for kind's load balancer
/// is called envoy and starts haproxy. Error: infrastructure, when it is none of the three or its file cannot be told:
/// none, several, or nginx by a path that begins in a folder nobody tells.
Result<BalancerProgram> find_balancer(std::string_view processes);

/// One pass over everything. Never fails: what could not be read is in `unread`. `client` has to carry the cluster's
/// admin identity.
bounds::ClusterFlags read_flags_in_force(Docker& docker, http::Client& client, const Topology& topology,
                                         const Interrupt& interrupt);

}  // namespace hadrill
