// Owns what the members of etcd wrote into their logs about leaders: it dates what the looks at them have seen. Pure.
#pragma once

#include "check/etcd_history.hpp"

namespace hadrill {

/// One line of a member's log.
struct EtcdLogEntry {
  std::string member;
  bool leads = false;  ///< it became leader; else it lost `leader`
  std::string leader;
  Interval at;  ///< as the log dates it, put on CLOCK_MONOTONIC
};

/// The lines about what was up to `until`. What cannot be read is left out.
std::vector<EtcdLogEntry> read_etcd_log_entries(const EventLog& events, Instant until);

/// reigns_of(looks), with the beginning of each as the log of its holder dates it where that lies within what the looks
/// allow. A member publishes that it leads a moment after it wrote so: a date before the last look that did not find it
/// leading is not used, for that look is what users of the status see.
std::vector<Reign> etcd_reigns(const std::vector<EtcdLook>& looks, const std::vector<EtcdLogEntry>& entries);

/// Narrows `missed`, when others first knew that `leader` leads no more, to the first line from `from` on that says so.
void date_by_log(Interval& missed, const std::vector<EtcdLogEntry>& entries, const std::string& leader, Instant from);

}  // namespace hadrill
