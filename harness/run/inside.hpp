// Owns the ways into the cluster that some probers look through: a tunnel into each node they start from, and the pod
// whose network they use.
#pragma once

#include <memory>
#include <vector>

#include "base/interrupt.hpp"
#include "fault/agents.hpp"
#include "history/event.hpp"
#include "plan/plan.hpp"
#include "run/tunnel_connector.hpp"
#include "tunnel/tunnels.hpp"

namespace hadrill {

/// Receives what happens beside samples, from any thread.
using EventSink = std::function<void(const Event&)>;

class Inside {
 public:
  /// `pod_uid`: of hadrill's pod; empty when no prober starts from it. Installs the agent and opens a tunnel in each
  /// node that a prober starts from. `events` is told when a way is lost and when it is there again; it must outlive
  /// this. Error: infrastructure, interrupted.
  static Result<std::unique_ptr<Inside>> open(const std::vector<PlannedProber>& probers, const Topology& topology,
                                              Agents& agents, const std::string& pod_uid, const EventSink& events,
                                              const Interrupt& interrupt);

  /// A way for who is no prober, which need not be of a pod. Before the first prober starts. Error: as open.
  Result<std::unique_ptr<http::Connector>> way(const InsideRoute& route, Duration blind_after, const Topology& topology,
                                               Agents& agents, const Interrupt& interrupt);
  /// How the prober with this index connects; nullptr: from here, by TCP.
  http::Connector* connector(std::size_t prober) const { return connectors_.at(prober).get(); }

 private:
  explicit Inside(const EventSink& events);
  /// `pod_uid` empty: from the node itself.
  Result<std::unique_ptr<TunnelConnector>> connect(const InsideRoute& route, const std::string& pod_uid,
                                                   Duration blind_after, const Topology& topology, Agents& agents,
                                                   const Interrupt& interrupt);

  tunnel::Tunnels tunnels_;
  std::vector<std::unique_ptr<TunnelConnector>> connectors_;  ///< by prober; nullptr for those that start here
};

/// Whether any of `probers` starts from hadrill's pod.
bool needs_pod(const std::vector<PlannedProber>& probers);
/// The name of the node that hadrill's pod stays on for them; "" when they need none.
std::string own_pod_node(const std::vector<PlannedProber>& probers, const Topology& topology);

}  // namespace hadrill
