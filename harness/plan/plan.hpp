// Owns what a run will do, decided before it does it: scenario + topology + leaders + seed -> concrete targets. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "scenario/scenario.hpp"
#include "topology/topology.hpp"

namespace hadrill {

/// One instance of a component: what a fault is done to.
struct ResolvedTarget {
  TargetRole role = TargetRole::apiserver;
  Node node;
  bool leads = false;  ///< it was the leader of its role when resolved
};

/// What a fault takes away while it lasts, and whether the rest still serves.
struct QuorumImpact {
  int members = 0;    ///< instances of the role in the topology
  int remaining = 0;  ///< of those, not targeted
  int needed = 0;     ///< etcd: majority of members; others: 1
  bool kept() const { return remaining >= needed; }
};

/// Resolves a target against the live cluster. `seed` and `step_id` alone decide random choices, so the same seed gives
/// the same target whatever ran before. Error (usage): empty target set, unknown node, no leader known, with what there
/// is.
Result<std::vector<ResolvedTarget>> resolve_target(const Target& target, const std::string& step_id,
                                                   const Topology& topology, const Leadership& leadership,
                                                   std::uint64_t seed);

/// Quorum arithmetic for `targets` of one role, all members assumed healthy (readiness was checked before).
QuorumImpact quorum_impact(const std::vector<ResolvedTarget>& targets, const Topology& topology);

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
