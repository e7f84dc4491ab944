// Owns the arithmetic before every fault: what would still serve. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/plan.hpp"

namespace hadrill {

/// An instance that does not serve while a fault is in force.
struct Loss {
  TargetRole role = TargetRole::apiserver;
  std::string node;
};

/// What the losses of one role leave.
struct RoleImpact {
  TargetRole role = TargetRole::apiserver;
  int members = 0;    ///< instances in the topology
  int serving = 0;    ///< of those, the ones that serve now
  int remaining = 0;  ///< of those, the ones not lost
  int needed = 0;     ///< etcd: majority of members; others: 1
  bool kept() const { return remaining >= needed; }
  /// "etcd: 2 of 3 remain, 2 are needed"
  std::string text() const;
};

/// One entry for each role that is lost somewhere and that the cluster cannot do without: etcd, API servers, load
/// balancer, controller managers, schedulers, in this order. An instance listed twice is one loss.
std::vector<RoleImpact> impact_of(const std::vector<Loss>& losses, const Topology& topology, const LiveHealth& health);

/// The first entry without which no user is served any more (etcd, API servers, load balancer); nullopt when all of
/// these are kept. Controller managers and schedulers may all be lost: users are served without them.
std::optional<RoleImpact> broken(const std::vector<RoleImpact>& impacts);

}  // namespace hadrill
