// Owns what a history proves, before anything is judged: which versions of each object existed, whose they were and
// when somebody had seen them. Everything else in audit/ is derived from this.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "audit/finding.hpp"
#include "history/operation.hpp"

namespace hadrill::audit {

/// An operation of the history, by kind and index.
struct OperationRef {
  enum class Kind : std::uint8_t { write, read, list, watch };
  Kind kind = Kind::write;
  std::uint32_t index = 0;
};

/// A version of an object that is known to have existed.
struct KnownVersion {
  Version version = 0;
  WriteId id = 0;    ///< 0: not of this run
  Instant known_by;  ///< the first instant at which somebody had its acknowledgement, or had seen it
  OperationRef known_from;
  ObjectNumber object = 0;
};

/// A consistent read of one object: a Read, or an entry (or the lack of one) of a List.
struct ReadFact {
  Version version = 0;
  Instant invoked;
  OperationRef source;
  ObjectNumber object = 0;
  bool final = false;
};

struct Facts {
  const OperationHistory& history;
  std::vector<KnownVersion> versions;  ///< by object, then by version; each once
  std::vector<ReadFact> reads;         ///< by object, then by invocation
  /// By write (id - 1): the version it made; 0 when nobody has ever seen it.
  std::vector<Version> applied;
  ObjectNumber objects = 0;  ///< every object's number is below

  const Write& write(WriteId id) const { return history.writes[static_cast<std::size_t>(id - 1)]; }
  std::span<const KnownVersion> versions_of(ObjectNumber object) const;
  std::span<const ReadFact> reads_of(ObjectNumber object) const;

  std::vector<std::uint32_t> first_version;  ///< by object: index of its first; one more at the end
  std::vector<std::uint32_t> first_read;
};

/// Gathers them, and finds what contradicts itself already: foreign_value, two_versions, refused_applied,
/// seen_before_written. The history must outlive the facts.
Facts gather_facts(const OperationHistory& history, FindingList& findings);

/// An indeterminate write whose value was seen is resolved: it happened. Of others nothing is known.
inline bool is_resolved(const Facts& facts, const Write& write) {
  return write.outcome == WriteOutcome::indeterminate && facts.applied[static_cast<std::size_t>(write.id - 1)] > 0;
}

}  // namespace hadrill::audit
