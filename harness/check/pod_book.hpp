// Owns who among a workload's pods stands in for whom: from pods' changes to pods that left and pods that replace them.
// Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/clock.hpp"
#include "history/event.hpp"

namespace hadrill {

/// A pod as an event pod.changed tells it.
struct PodFacts {
  explicit PodFacts(const Event& event);

  std::string uid;
  std::string name;
  std::string node;
  std::string owner;  ///< its uid
  /// Pods of one group stand in for each other: a Deployment, or else an owner; "" for a pod that nobody replaces.
  std::string group;
  std::string phase;
  bool ready = false;
  bool gone = false;
  bool leaving = false;               ///< or gone
  bool replaceable = false;           ///< its owner makes another one, on another node where need be
  bool told = false;                  ///< the history tells what the pod tolerates
  std::optional<Duration> tolerates;  ///< for how long it stays on a node that is not reached; nullopt: forever
};

/// A replacement is a pod that is first seen after T0 and belongs to a group of which one left before; or to a group
/// that had pods before T0, but none of this owner: a rolling update makes the first new pods before old ones leave.
/// Others, of a scaling, are none.
class PodBook {
 public:
  enum class News {
    none,
    left,         ///< a pod of before T0 was thrown out
    replacement,  ///< a replacement was made, or changed
  };

  /// `t0`: the earliest that it can be.
  explicit PodBook(Instant t0) : t0_(t0) {}

  /// Events in their order.
  News take(const Event& event, const PodFacts& pod);

  /// Those that were there at T0, by uid.
  const std::map<std::string, PodFacts>& before() const { return before_; }

 private:
  bool stands_in(const PodFacts& pod) const;

  Instant t0_;
  std::map<std::string, PodFacts> before_;
  std::set<std::string> known_;         ///< uids of pods that stand in for none
  std::set<std::string> new_;           ///< uids of those that stand in
  std::set<std::string> groups_;        ///< with pods before T0
  std::set<std::string> owners_;        ///< the same
  std::set<std::string> groups_short_;  ///< of which a pod left
};

}  // namespace hadrill
