// Owns what the observed history of a Lease says: who held it when, and whether two ever held it at once. Pure.
#pragma once

#include "check/leadership.hpp"
#include "history/event_log.hpp"

namespace hadrill {

/// One version of a Lease. It was written after `renewed` (its holder dates it before it writes, by the clock that all
/// kind nodes share) and before `seen`.
struct LeaseRecord {
  std::int64_t version = 0;
  std::string holder;  ///< empty: given up
  std::int64_t transitions = 0;
  Duration duration{};
  Instant renewed;
  Instant acquired;
  Instant seen;
  /// Versions between the one before and this may have been missed: no single stream told of all of them.
  bool gap = false;

  /// When it was written.
  Interval written() const { return {std::min(renewed, seen), seen}; }
};

/// The versions of `lease` that were observed up to `until`, in order of version, each once. What cannot be read is
/// left out.
std::vector<LeaseRecord> read_lease_records(const EventLog& events, const std::string& lease, Instant until);

/// Reigns of the holders. A holder that gave the Lease up ends its reign with that.
std::vector<Reign> reigns_of(const std::vector<LeaseRecord>& records);

/// What two instances at once would look like, each a sentence; "docs/sli-reference.md", "Leadership".
struct LeaseSafety {
  std::vector<std::string> violations;
  std::size_t takeovers = 0;  ///< changes from one holder to another that were judged
  std::size_t unjudged = 0;   ///< changes with a gap before them, across which the Lease may have been given up
  std::size_t unseen = 0;     ///< holders that leaseTransitions counted and nobody saw
};
LeaseSafety judge_lease(const std::vector<LeaseRecord>& records);

/// From when on the Lease may be taken from the holder of this reign.
Interval free_from(const Reign& reign);

/// The node in a holder identity, "<host>_<uuid>".
std::string node_of_holder(const std::string& identity);

}  // namespace hadrill
