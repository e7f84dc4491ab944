#include "tunnel/tunnels.hpp"

#include <fmt/format.h>

#include "agent/boot.hpp"

namespace hadrill::tunnel {
Command agent_command(const std::string& container, const std::string& mode) {
  return {{"docker", "exec", "--interactive", container, agent::kInstalledAgent, mode}, Duration::zero()};
}

Status Tunnels::add(const std::string& node, const Interrupt& interrupt) {
  if (tunnels_.contains(node)) return Ok{};
  TunnelOptions options;
  options.node = node;
  options.command = agent_command(node, "tunnel");
  auto tunnel = Tunnel::start(std::move(options), on_event_, interrupt);
  if (!tunnel.ok()) return tunnel.error();
  tunnels_[node] = std::move(*tunnel);
  return Ok{};
}

Tunnel* Tunnels::find(const std::string& node) const {
  const auto found = tunnels_.find(node);
  return found == tunnels_.end() ? nullptr : found->second.get();
}

Result<std::unique_ptr<Stream>> Tunnels::open(const Target& target) const {
  Tunnel* tunnel = find(target.node);
  if (tunnel == nullptr) return usage_error("tunnel", fmt::format("no tunnel into \"{}\"", target.node));
  const auto destination = parse_destination(target.address, target.pod_uid);
  if (!destination.ok()) return destination.error();
  return tunnel->open(*destination);
}

}  // namespace hadrill::tunnel
