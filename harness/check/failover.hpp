// Owns the phases of a change of leader, and the findings and rows of time that come of them. docs/sli-reference.md,
// "Leadership".
#pragma once

#include "check/leadership.hpp"
#include "check/timeline.hpp"

namespace hadrill {

/// Which writes can be work of the new leader of etcd.
struct NewLeadersWrites {
  /// T0, or, when the old one was seen to lead after T0, the first look that found the new one leading. T0 without one.
  Instant sent_from;
  /// When the new one can have led at the earliest: what was acknowledged before was acknowledged by the old one, even
  /// if no look found it any more. T0 without a new one.
  Instant acknowledged_from;
};
NewLeadersWrites new_leaders_writes(const EventLog& events, const Window& window);

/// The last reign that surely began before T0; null: none.
const Reign* leader_at_t0(const std::vector<Reign>& reigns, const Window& window);

/// etcd, controller manager, scheduler. `first_write`: sent and acknowledged, of the first of new_leaders_writes; see
/// Measurements. What nobody observed is said to be so.
std::vector<LeadershipResult> find_leadership(const RunContext& run, const std::optional<Window>& window,
                                              const std::optional<Interval>& first_write);

/// One finding per component that the run set out to observe: never two leaders, no takeover before its time. Without
/// an observation after T0 it is inconclusive; across a fault that takes the cluster back to an earlier state, not
/// owed.
std::vector<Finding> judge_leadership(const std::vector<LeadershipResult>& leadership, const RunContext& run,
                                      const std::optional<Window>& window);

/// Until there is a new leader, or is seen to work, counted from T0. What nobody has seen the end of has no upper
/// bound. `why`: set when there is no number, or an open one.
std::optional<Bounds> failover_time(const LeadershipResult& result, SliRef::Kind kind, const Window& window,
                                    std::string& why);

/// What a component is called in events: the name of its Lease, or "etcd".
std::string event_name_of(const std::string& component);

}  // namespace hadrill
