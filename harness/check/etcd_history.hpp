// Owns what the looks at the members of etcd say: who led in which term, and whether two ever led in one. Pure.
#pragma once

#include <map>

#include "check/leadership.hpp"
#include "history/event_log.hpp"

namespace hadrill {

/// What one member said of itself, at some instant within `look`. `applied` is the member's own; `term` is that of the
/// last entry it has applied, not the one it votes in: for as long as a new leader has not applied an entry of its own,
/// it claims to lead in the term of the old one.
struct EtcdLook {
  std::string node;
  Interval look;         ///< asked, answered
  bool healthy = false;  ///< it answered; nothing else is set if not
  std::string member;
  std::string leader;  ///< empty: it knows of none
  std::int64_t term = 0;
  std::int64_t index = 0;  ///< committed, as far as it knows
  std::int64_t applied = 0;

  bool leads() const { return healthy && !leader.empty() && leader == member; }
};

/// The looks up to `until` in order of their answers. What cannot be read is left out.
std::vector<EtcdLook> read_etcd_looks(const EventLog& events, Instant until);

/// Reigns of members that say of themselves that they lead. One that is not seen to lead by a later look than another's
/// first has ended, and so has one whose holder is seen to lead in a later term: it was elected again.
std::vector<Reign> reigns_of(const std::vector<EtcdLook>& looks);

/// When somebody other than `leader` first knew that it leads no more: a look that finds no leader, or another one.
/// Between the last look at that member that still found it, and this. nullopt: not seen after `from`.
std::optional<Interval> leader_missed(const std::vector<EtcdLook>& looks, const std::string& leader, Instant from);

/// Two members that lead in the same term, each a sentence. Believed only of members that have committed and applied
/// entries as leaders in that term: see EtcdLook.
std::vector<std::string> judge_etcd(const std::vector<EtcdLook>& looks);

/// Node of each member, by its id.
std::map<std::string, std::string> nodes_of_members(const std::vector<EtcdLook>& looks);

}  // namespace hadrill
