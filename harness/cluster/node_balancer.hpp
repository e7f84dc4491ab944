// Owns the load balancer in front of the workers: a container of ours beside kind's, in front of one NodePort of each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cluster/docker.hpp"
#include "topology/topology.hpp"

namespace hadrill {

/// What make_node_balancer needs to know.
struct NodeBalancerPlan {
  std::uint16_t port = 0;         ///< the NodePort, and the port that it listens on itself
  std::string image;              ///< with nginx and nothing that starts by itself
  std::string network;            ///< of the cluster
  std::filesystem::path text;     ///< the configuration's template
  std::filesystem::path written;  ///< where the filled-in configuration is left
  std::uint16_t published = 0;    ///< port of 127.0.0.1 that it is reached at
};

/// "CLUSTER-node-load-balancer".
std::string node_balancer_name(const std::string& cluster);

/// A TCP port of 127.0.0.1 that nobody has. One that the engine chooses would be another one after each start. Error:
/// infrastructure.
Result<std::uint16_t> free_port();

/// The arguments of `docker create`.
std::vector<std::string> node_balancer_arguments(const std::string& cluster, const NodeBalancerPlan& plan);

/// Its configuration: the template with {port} filled in, and its servers as balancer_config() has them.
std::string node_balancer_config(std::string text, std::uint16_t port, const std::vector<Node>& workers);

/// Makes and starts it. Error: infrastructure; what was made by then stays.
Status make_node_balancer(Docker& docker, const NodeBalancerPlan& plan, const Topology& topology,
                          const Interrupt& interrupt);

}  // namespace hadrill
