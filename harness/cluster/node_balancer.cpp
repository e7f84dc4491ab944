#include "cluster/node_balancer.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/descriptor.hpp"
#include "base/file.hpp"
#include "cluster/front_door.hpp"
#include "cluster/holes.hpp"

namespace hadrill {
namespace {

/// The one whose configuration is kind-configs/node-balancer.
constexpr FrontDoor kDoor = FrontDoor::nginx;

}  // namespace

Result<std::uint16_t> free_port() {
  const auto failed = [] { return infrastructure_error("free port", std::strerror(errno)); };
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.open()) return failed();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return failed();
  return ntohs(address.sin_port);
}

std::string node_balancer_name(const std::string& cluster) { return cluster + "-node-load-balancer"; }

std::vector<std::string> node_balancer_arguments(const std::string& cluster, const NodeBalancerPlan& plan) {
  const std::string name = node_balancer_name(cluster);
  std::vector<std::string> out{
      "--name",     name,
      "--hostname", name,
      "--network",  plan.network,
      "--restart",  "on-failure:1",
      "--publish",  fmt::format("127.0.0.1:{}:{}/tcp", plan.published, plan.port),
      "--label",    fmt::format("{}={}", kOwnClusterLabel, cluster),
      "--label",    fmt::format("{}={}", kOwnRoleLabel, to_string(NodeRole::node_load_balancer))};
  add_balancer_program(out, plan.image, kDoor);
  return out;
}

std::string node_balancer_config(std::string text, std::uint16_t port, const std::vector<Node>& workers) {
  text = balancer_config(text, workers);
  fill_hole(text, "{port}", std::to_string(port));
  return text;
}

Status make_node_balancer(Docker& docker, const NodeBalancerPlan& plan, const Topology& topology,
                          const Interrupt& interrupt) {
  const auto text = read_file(plan.text);
  if (!text.ok()) return text.error();
  const std::string config = node_balancer_config(*text, plan.port, topology.with_role(NodeRole::worker));
  if (const Status written = write_file(plan.written, config); !written.ok()) return written;
  const std::string name = node_balancer_name(topology.cluster);
  if (const Status made = docker.create(node_balancer_arguments(topology.cluster, plan), interrupt); !made.ok())
    return made;
  return start_balancer(docker, name, plan.written, kDoor, interrupt);
}

}  // namespace hadrill
