// Owns which of our objects may be written next, and what they are known to hold. Pure bookkeeping, no requests.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "history/operation.hpp"

namespace hadrill {

/// A ring of objects: each waits as long as possible before it is written again, and none is ever written twice at a
/// time. One whose state is in doubt is read before it is written: so the precondition of every write is a version that
/// somebody has seen. When none is free (writes hang), a new object is made: users would not wait either.
class Registers {
 public:
  /// No more objects than this are ever made. Reading back that many takes about half a minute.
  static constexpr ObjectNumber kMost = 4096;

  /// A write that may be sent now.
  struct Ticket {
    WriteId id = 0;
    ObjectNumber object = 0;
    Version precondition = 0;  ///< 0: the object is to be created
  };

  /// `ring`: objects to begin with, none of them there yet.
  explicit Registers(ObjectNumber ring);

  /// nullopt: kMost objects, and none of them free.
  std::optional<Ticket> next_write();
  void acknowledged(const Ticket& ticket, Version version);
  /// It did not happen. `surprising`: because the object is not what it was thought to be (409, 404).
  void refused(const Ticket& ticket, bool surprising);
  void indeterminate(const Ticket& ticket);

  /// An object that has to be read, if any: the one that has waited longest.
  std::optional<ObjectNumber> next_doubtful();
  bool has_doubtful() const { return !doubtful_.empty(); }
  /// What a quorum read found; 0: it is not there.
  void found(ObjectNumber object, Version version);
  /// The read failed: it has to be read again.
  void still_doubtful(ObjectNumber object) { doubtful_.push_back(object); }

  /// Objects below this have been written, or were meant to be.
  ObjectNumber count() const { return static_cast<ObjectNumber>(versions_.size()); }
  /// Objects that are there, as far as is known.
  ObjectNumber present() const { return present_; }
  /// The ring it began with.
  ObjectNumber ring() const { return ring_; }
  /// The greatest version that any write of ours was acknowledged with.
  Version newest() const { return newest_; }

 private:
  void learn(ObjectNumber object, Version version);

  ObjectNumber ring_;
  std::vector<Version> versions_;  ///< by object, as last known
  std::deque<ObjectNumber> free_;
  std::deque<ObjectNumber> doubtful_;
  ObjectNumber present_ = 0;
  WriteId last_id_ = 0;
  Version newest_ = 0;
};

}  // namespace hadrill
