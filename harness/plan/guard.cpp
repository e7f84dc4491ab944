#include "plan/guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "plan/instances.hpp"

namespace hadrill {
namespace {

constexpr std::array kCounted{TargetRole::etcd,
                              TargetRole::apiserver,
                              TargetRole::load_balancer,
                              TargetRole::node_load_balancer,
                              TargetRole::controller_manager,
                              TargetRole::scheduler};

bool serves(TargetRole role, const std::string& node, const LiveHealth& health) {
  if (role == TargetRole::etcd) return health.etcd_members.contains(node);
  if (role == TargetRole::apiserver) return health.api_servers.contains(node);
  return true;  // not looked at: one that is down already is not missed by users
}

}  // namespace

std::string RoleImpact::text() const {
  const std::string now = serving == members ? "" : fmt::format(" ({} serve now)", serving);
  return fmt::format("{}: {} of {} remain{}, {} {} needed", to_string(role), remaining, members, now, needed,
                     needed == 1 ? "is" : "are");
}

std::vector<RoleImpact> impact_of(const std::vector<Loss>& losses, const Topology& topology, const LiveHealth& health) {
  std::vector<RoleImpact> impacts;
  for (const TargetRole role : kCounted) {
    std::set<std::string> lost;
    for (const Loss& loss : losses) {
      if (loss.role == role) lost.insert(loss.node);
    }
    if (lost.empty()) continue;
    RoleImpact impact{role};
    for (const Node& node : nodes_with(role, topology)) {
      ++impact.members;
      if (!serves(role, node.name, health)) continue;
      ++impact.serving;
      if (!lost.contains(node.name)) ++impact.remaining;
    }
    impact.needed = role == TargetRole::etcd ? impact.members / 2 + 1 : 1;
    impacts.push_back(impact);
  }
  return impacts;
}

std::optional<RoleImpact> broken(const std::vector<RoleImpact>& impacts) {
  const auto found = std::find_if(impacts.begin(), impacts.end(), [](const RoleImpact& impact) {
    return !impact.kept() && impact.role != TargetRole::controller_manager && impact.role != TargetRole::scheduler;
  });
  return found == impacts.end() ? std::nullopt : std::optional(*found);
}

}  // namespace hadrill
