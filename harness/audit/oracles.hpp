// Owns the checks of reads and writes against each other. Each is a function of the facts; docs/audit.md proves them.
//
// With the version of every value known, objects are registers with a known order of writes and a known write for each
// read. Such a history is linearizable exactly when no operation that began after a version was known falls behind that
// version (Gibbons and Korach, "Testing shared memories", 1997): sorting is all it takes, n log n.
#pragma once

#include "audit/facts.hpp"

namespace hadrill::audit {

/// version_order: of writes that do not overlap, of whatever objects, the later one has the greater version.
void check_version_order(const Facts& facts, FindingList& findings);

/// Writes that are lost, each told once.
struct LostWrites {
  std::vector<bool> objects;  ///< by number: the last acknowledged write of it is lost
  std::vector<bool> writes;   ///< by id - 1
};

/// stale_read, reads_went_back: no consistent read, through whichever API server, falls behind what was known before it
/// began. Final reads of objects in `lost` are told by check_lost_writes.
void check_reads(const Facts& facts, const LostWrites& lost, FindingList& findings);

/// list_disagrees: the version of a list is not below anything known before it began, nor below an object in it.
void check_lists(const Facts& facts, FindingList& findings);

/// lost_write: what was acknowledged last is in some final read.
LostWrites check_lost_writes(const Facts& facts, FindingList& findings);

/// shared_precondition, broken_chain, lost_write: each write that happened replaced the version before it.
void check_chain(const Facts& facts, LostWrites& lost, FindingList& findings);

/// unfounded_refusal: 409, or 404 of a replacement, needs somebody who changed the object before. An indeterminate
/// write that nobody has seen since is no such excuse once the object was read after the refusal.
void check_refusals(const Facts& facts, FindingList& findings);

}  // namespace hadrill::audit
