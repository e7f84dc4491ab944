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

 private:
  LeaderRow etcd(Instant now) const;
  LeaderRow lease(const std::string& component, const std::string& name, Instant now) const;

  std::map<std::string, EtcdLook> looks_;      ///< the latest of each node
  std::map<std::string, LeaseRecord> leases_;  ///< the latest version of each
};

}  // namespace hadrill::live
