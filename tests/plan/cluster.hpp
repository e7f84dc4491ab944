// A cluster on paper: three control planes, two workers, a load balancer.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "plan/plan.hpp"

namespace hadrill::test {

inline Topology paper_cluster(int control_planes = 3) {
  Topology topology{"drill", {}};
  for (int i = 1; i <= control_planes; ++i) {
    const std::string name = "drill-control-plane" + (i == 1 ? "" : std::to_string(i));
    topology.nodes.push_back({name, NodeRole::control_plane, "id-" + name, "10.0.0." + std::to_string(i),
                              static_cast<std::uint16_t>(30000 + i)});
  }
  topology.nodes.push_back({"drill-worker", NodeRole::worker, "id-w", "10.0.0.9", {}});
  topology.nodes.push_back({"drill-worker2", NodeRole::worker, "id-w2", "10.0.0.10", {}});
  topology.nodes.push_back({"drill-external-load-balancer", NodeRole::load_balancer, "id-lb", "10.0.0.11", 30000});
  return topology;
}

inline const Leadership kLeaders{"drill-control-plane2", "drill-control-plane3", "drill-control-plane"};

inline std::vector<std::string> names_of(const std::vector<ResolvedTarget>& targets) {
  std::vector<std::string> names;
  for (const ResolvedTarget& target : targets) names.push_back(target.node.name);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace hadrill::test
