// Owns what is known about who led: etcd, controller manager, scheduler. Data only; lease_history and etcd_history make
// it from events, failover adds the phases. docs/sli-reference.md, "Leadership".
#pragma once

#include <string>
#include <vector>

#include "check/intervals.hpp"

namespace hadrill {

/// The components of which one instance leads the others, by the names that roles and SLIs have.
namespace component {
inline constexpr const char* etcd = "etcd";
inline constexpr const char* controller_manager = "controller-manager";
inline constexpr const char* scheduler = "scheduler";
}  // namespace component

/// One stretch in which one instance led. An instant of which only bounds are known is an Interval.
struct Reign {
  std::string holder;         ///< holderIdentity of the Lease, or id of the member
  std::string node;           ///< of the holder; may be empty
  std::int64_t number = 0;    ///< leaseTransitions, or raft term
  Interval began;             ///< when it became leader; begin kDistantPast when it led at the first look
  bool dated_by_log = false;  ///< `began` is what etcd's own log says, within what the looks allow
  Interval confirmed;         ///< its last renewal, or the last look at which it led
  std::size_t confirmations = 0;
  Duration longest_gap{};  ///< between two renewals as the holder dates them, or between two looks that saw it lead
  Duration lease{};        ///< leaseDurationSeconds that it wrote last; zero for etcd
  bool released = false;   ///< it gave the Lease up: `confirmed` is when
};

/// How a component got from the leader at T0 to another one. Counted from T0.
struct Failover {
  std::string from;  ///< Reign::holder
  std::string to;
  std::string from_node;
  std::string to_node;
  /// From when on another may take over: the Lease has lapsed or was given up, or a member of etcd knows that its
  /// leader is gone. nullopt: not seen.
  std::optional<Bounds> detection;
  Bounds acquired;                ///< another one leads
  bool dated_by_log = false;      ///< `acquired` is what etcd's own log says
  std::optional<Bounds> work;     ///< the first work that only the new leader can have done
  std::string work_not_measured;  ///< why there is none
  Bounds since_last_renewal;      ///< from the last confirmation of the old one to the acquisition
};

/// More of them say no more to anybody; how many there were is told beside.
inline constexpr std::size_t kReignsListed = 100;

/// One component, judged.
struct LeadershipResult {
  std::string component;
  std::string not_measured;  ///< why nothing is known; empty when something is
  std::size_t observations = 0;
  Instant last_observed;      ///< by the last of them: of nothing later is anything known
  std::size_t takeovers = 0;  ///< of those, from one leader to another, judged for safety
  std::size_t unjudged = 0;   ///< takeovers before which something may have been missed
  std::size_t unseen = 0;     ///< changes of the holder that leaseTransitions tells of and nobody saw
  std::vector<Reign> reigns;  ///< in order; the last ones
  std::size_t reign_count = 0;
  std::size_t changes = 0;  ///< reigns that can only have begun after T0
  std::optional<Failover> failover;
  std::string no_failover;              ///< why there is none; empty with one
  bool leader_hit = false;              ///< a fault was aimed at the instance that led at T0, or at its node
  std::vector<std::string> violations;  ///< of safety, each a sentence
};

}  // namespace hadrill
