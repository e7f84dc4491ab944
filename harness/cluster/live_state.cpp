#include "cluster/live_state.hpp"

#include "kube/api.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// An API server that was broken by an earlier step may not answer at all; the next one is asked then.
constexpr auto kRequestTimeout = 3s;

Result<std::vector<PlacedPod>> read_pods(kube::Api& api, const PodSelection& selection, const Interrupt& interrupt) {
  const auto running = api.running_pods(selection.namespace_, selection.labels, interrupt);
  if (!running.ok()) return running.error();
  std::vector<PlacedPod> pods;
  for (const kube::RunningPod& pod : *running) {
    pods.push_back({{pod.name, selection.namespace_, pod.uid}, pod.node});
  }
  return pods;
}

/// All from one API server: an older answer of another one would not fit.
Result<LiveState> read_from(kube::Api& api, const LiveNeeds& needs, const Interrupt& interrupt) {
  LiveState live;
  if (needs.lease_holders) {
    auto holders = api.lease_holders(interrupt);
    if (!holders.ok()) return holders.error();
    live.lease_holders = std::move(*holders);
  }
  if (needs.pods) {
    auto pods = read_pods(api, *needs.pods, interrupt);
    if (!pods.ok()) return pods.error();
    live.pods = std::move(*pods);
  }
  return live;
}

}  // namespace

Result<LiveState> read_live_state(const LiveNeeds& needs, const Topology& topology, http::Client& client,
                                  const Interrupt& interrupt) {
  if (!needs.lease_holders && !needs.pods) return LiveState{};
  Result<LiveState> live = infrastructure_error("live state", "no API server publishes a port");
  for (const Node& node : topology.with_role(NodeRole::control_plane)) {
    if (!node.api_port) continue;
    kube::Api api(client, *node.api_port, kRequestTimeout);
    live = read_from(api, needs, interrupt);
    if (live.ok() || interrupt.raised()) return live;
  }
  return live;
}

}  // namespace hadrill
