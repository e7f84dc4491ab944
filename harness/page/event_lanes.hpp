// Owns the lanes that events tell: faults, who leads, what the checks saw, nodes and pods. Pure.
#pragma once

#include "page/axis.hpp"
#include "page/stretches.hpp"

namespace hadrill {

/// A lane is not worth its room beyond this many of one kind; how many more there are is in the note of the group.
inline constexpr std::size_t kMostLanes = 30;

/// What was broken, one lane per target: from T0 until it was proven healed; what was done once at T0.
std::vector<Lane> fault_lanes(const RunContext& run, const Axis& axis);

/// What the looks at each member of etcd found: leader or follower, and in which term.
std::vector<Lane> etcd_member_lanes(const RunContext& run);
/// Who led etcd in which term, and who held which Lease.
Lane reign_lane(const LeadershipResult& result, const Axis& axis);

/// Whether everything that is redundant was there, as the checks saw it.
std::vector<Lane> redundancy_lanes(const RunContext& run);

/// Nodes as the API tells of them, by name.
std::vector<Lane> node_lanes(const RunContext& run, const Axis& axis);
/// Ready endpoints of Services that are asked, by Service and pod.
std::vector<Lane> endpoint_lanes(const RunContext& run, const Axis& axis);
/// Pods of the namespace that is asked, by name.
std::vector<Lane> pod_lanes(const RunContext& run, const Axis& axis);

}  // namespace hadrill
