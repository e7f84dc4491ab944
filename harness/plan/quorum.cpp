#include <set>

#include "plan/plan.hpp"

namespace hadrill {

QuorumImpact quorum_impact(const std::vector<ResolvedTarget>& targets, const Topology& topology) {
  std::set<std::string> taken;  // a node listed twice is one member less, not two
  for (const ResolvedTarget& target : targets) taken.insert(target.node.name);
  QuorumImpact impact;
  for (const Node& node : topology.with_role(NodeRole::control_plane)) {
    ++impact.members;
    if (!taken.contains(node.name)) ++impact.remaining;
  }
  const bool votes = !targets.empty() && targets.front().role == TargetRole::etcd;
  impact.needed = votes ? impact.members / 2 + 1 : 1;
  return impact;
}

}  // namespace hadrill
