// Owns how a run observes who leads: a watch of the Leases through every API server, looks at every member of etcd.
// Nothing of it can make a run fail: what is not observed is said to be so.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "http/engine.hpp"
#include "probe/companion_loop.hpp"
#include "probe/etcd_poller.hpp"
#include "probe/lease_watcher.hpp"
#include "topology/topology.hpp"

namespace hadrill {

/// How the members of etcd are asked, or why they cannot be.
struct EtcdWays {
  std::unique_ptr<http::Engine> engine;  ///< with an identity that they accept
  std::vector<EtcdPlace> members;
  std::string missing;  ///< why there is none; empty when there is
};

class LeadershipObserver {
 public:
  /// `events` is called from the prober thread and from one of the observer's own; what it is called with is the
  /// history. `clock_pair` as LeaseBook's.
  LeadershipObserver(const Topology& topology, EtcdWays etcd, EtcdPace pace, std::function<void(const Event&)> events,
                     std::function<ClockPair()> clock_pair = ClockPair::read);

  /// The watchers of the Leases, for the prober loop.
  std::vector<Companion*> companions();
  /// Tells what is observed, and begins with the looks at etcd. Until it is destroyed.
  void start(Instant now);

 private:
  std::function<void(const Event&)> events_;
  EtcdPace pace_;
  EtcdWays etcd_;
  LeaseBook book_;
  std::vector<std::string> through_;
  std::vector<std::unique_ptr<LeaseWatcher>> watchers_;
  std::vector<std::unique_ptr<EtcdPoller>> pollers_;
  std::unique_ptr<CompanionThread> thread_;  ///< last, so gone first
};

/// What is observed, as an event.
Event observing_event(Instant now, const std::vector<std::string>& through, const EtcdWays& etcd, const EtcdPace& pace);

}  // namespace hadrill
