// Owns what a fault leaves of what serves the users of workloads: workers, and ready pods behind the Services that are
// asked. For people who want to know before; nothing is refused by it (plan/guard.hpp does that). Pure.
#pragma once

#include <string>
#include <vector>

#include "plan/guard.hpp"

namespace hadrill {

/// A Service that probers ask, and who answers there.
struct ServicePods {
  std::string namespace_;
  std::string name;
  std::vector<PodAddress> pods;  ///< those that were ready when they were looked up
};

/// Of one kind that is lost somewhere.
struct Remains {
  std::string what;   ///< "workers", "ready pods of web.shop"
  int members = 0;    ///< that there are
  int remaining = 0;  ///< of those, the ones not lost
  /// "workers: 1 of 2 remain"
  std::string text() const;
};

/// Each Service that the scenario's probers ask, once, with who answers there as the topology knows it.
std::vector<ServicePods> services_asked(const Scenario& scenario, const Topology& topology);

/// Whether the whole node is lost.
bool takes_node(const std::vector<Loss>& losses, const std::string& node);
/// Whether the pod is lost: with its node, or as (or with) a target of a fault on pods.
bool takes_pod(const std::vector<Loss>& losses, const std::vector<ResolvedTarget>& targets,
               const std::string& name_space, const PodAddress& pod);

/// Workers first, then Services in their order. A node that is lost takes the pods on it; a fault on pods takes those
/// that are its targets, or all of a node where its target is the node.
std::vector<Remains> remains_of(const std::vector<Loss>& losses, const std::vector<ResolvedTarget>& targets,
                                const Topology& topology, const std::vector<ServicePods>& services);

}  // namespace hadrill
