// Owns what a run will do, decided before it does it: scenario + topology + live state + seed -> concrete targets.
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "scenario/scenario.hpp"
#include "topology/live_state.hpp"

namespace hadrill {

/// One instance of a role: what a fault is done to.
struct ResolvedTarget {
  TargetRole role = TargetRole::apiserver;
  Node node;                                 ///< where it runs, or what it is
  bool leads = false;                        ///< it was the leader of its role when resolved
  std::optional<PodRef> pod = std::nullopt;  ///< for role pod, and only there
};

/// "etcd on cp1", "worker w1", "pod coredns-1 on w1".
std::string to_string(const ResolvedTarget& target);

/// What resolve_target has to be given about the live cluster for this target; nothing else need be read.
LiveNeeds live_needs(const Target& target);

/// Resolves a target against the live cluster. `seed` and `step_id` alone decide random choices, so the same seed gives
/// the same target whatever ran before. Error (usage): empty target set, unknown node, no leader or holder known, pods
/// that are a role of their own, with what there is.
Result<std::vector<ResolvedTarget>> resolve_target(const Target& target, const std::string& step_id,
                                                   const Topology& topology, const LiveState& live, std::uint64_t seed);

/// The way to an address that can only be reached from inside the cluster: through one of its nodes.
struct InsideRoute {
  std::string node;     ///< name of the node
  std::string address;  ///< IPv4 address as seen from there
  std::uint16_t port = 0;
  bool from_pod = false;  ///< from the network of hadrill's pod on that node; else from the node's own

  friend bool operator==(const InsideRoute&, const InsideRoute&) = default;
};

/// A prober with its address: one per ProberSpec, or one per instance for each_api_server and each_etcd_member.
struct PlannedProber {
  std::string name;
  std::string endpoint;  ///< what it reaches: node name of the API server, etcd member or load balancer; name of the
                         ///< Service; "controllers"
  /// Scheme, host and port of every request, e.g. "https://127.0.0.1:40001". Empty for local_echo: known when the
  /// server runs.
  std::string base;
  ProberSpec spec;
  std::optional<InsideRoute> inside = std::nullopt;
};

/// All probers of the scenario on this topology. Error (usage): a path that the topology does not have.
Result<std::vector<PlannedProber>> plan_probers(const Scenario& scenario, const Topology& topology);

/// A watcher with its address: one per WatcherSpec, or one per API server for each_api_server.
struct PlannedWatcher {
  std::string name;
  std::string endpoint;  ///< node name of the load balancer or API server
  std::string base;      ///< as PlannedProber::base
};

/// All watchers of the scenario on this topology. Error (usage): a path that the topology does not have.
Result<std::vector<PlannedWatcher>> plan_watchers(const Scenario& scenario, const Topology& topology);

/// Requests per second all probers plan together.
double planned_rate(const std::vector<PlannedProber>& probers);

}  // namespace hadrill
