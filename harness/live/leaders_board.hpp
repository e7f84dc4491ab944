// Owns who leads now, as far as looks and watches tell: etcd, controller manager, scheduler. Pure.
#pragma once

#include <map>

#include "check/etcd_history.hpp"
#include "check/lease_history.hpp"
#include "live/snapshot.hpp"

namespace hadrill::live {

class LeadersBoard {
 public:
  /// True for an event about leaders.
  bool see(const Event& event);
  std::vector<LeaderRow> rows(Instant now) const;
  /// As much of the history as tells who took over when, and whether a fault hit the leader: of what says the same
  /// again and again, the first event and the latest.
  const EventLog& kept() const { return kept_; }

 private:
  LeaderRow etcd(Instant now) const;
  LeaderRow lease(const std::string& component, const std::string& name, Instant now) const;

  /// `subject` is who it is about, `said` what is said of it.
  void keep(const Event& event, const std::string& subject, const std::string& said);

  std::map<std::string, EtcdLook> looks_;      ///< the latest of each node
  std::map<std::string, LeaseRecord> leases_;  ///< the latest version of each
  EventLog kept_;
  std::vector<std::pair<std::string, std::string>> told_;  ///< subject and what was said, of each in kept_
};

}  // namespace hadrill::live
