// Owns the tunnels into the nodes of a cluster, over `docker exec`: no byte goes to a node's address.
#pragma once

#include <map>

#include "tunnel/tunnel.hpp"

namespace hadrill::tunnel {

/// Where a stream starts and where it leads to.
struct Target {
  std::string node;     ///< container name
  std::string address;  ///< IPv4 and port, as seen from there
  std::string pod_uid;  ///< empty: from the node itself
};

/// The command that runs the agent in a node, in one of its modes that need no answering: "tunnel", "lives". The agent
/// has to be installed there.
Command agent_command(const std::string& container, const std::string& mode);

/// One tunnel per node. add() and open() are for one thread each at a time; all adds come before the first open.
class Tunnels {
 public:
  explicit Tunnels(OnTunnelEvent on_event) : on_event_(std::move(on_event)) {}

  /// Opens the tunnel into a node; one that is there already is kept. Error: infrastructure, interrupted.
  Status add(const std::string& node, const Interrupt& interrupt);
  /// The tunnel into a node, or nullptr.
  Tunnel* find(const std::string& node) const;
  /// A stream to `target`. Error (usage): no such tunnel, or no such address; anything later is the stream's to tell.
  Result<std::unique_ptr<Stream>> open(const Target& target) const;

 private:
  OnTunnelEvent on_event_;
  std::map<std::string, std::unique_ptr<Tunnel>> tunnels_;
};

}  // namespace hadrill::tunnel
