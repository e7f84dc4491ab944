// Owns the faults in force on this node: journalled before they are made, undone when told, when overdue, and when
// whoever looked after them is gone. Of several, the one whose time is over first is undone first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/effect.hpp"
#include "agent/journal.hpp"

namespace hadrill::agent {

class FaultBook {
 public:
  explicit FaultBook(Journal journal);

  /// Plans, journals, breaks, proves. Error: nothing is in force (what was begun is undone; when even that failed, the
  /// message says so and the journal keeps the entry).
  Result<Proof> inject(const std::string& id, const std::string& effect, const Json& parameters,
                       std::chrono::milliseconds ttl, Patience& patience);
  /// Evidence that the fault is in force now. Error also: no such fault here.
  Result<Json> prove(const std::string& id) const;
  /// Undoes and proves it. A fault that is not in the journal is undone already: evidence {"alreadyHealed": true}.
  Result<Json> heal(const std::string& id);

  /// What became of faults that were undone without being asked to: id and trouble ("" when healed).
  struct Outcome {
    std::string id;
    std::string trouble;
  };
  /// Undoes every fault: of this process, and of others when `others` is set.
  std::vector<Outcome> heal_all(bool others);
  /// Undoes the faults of this process whose time is over.
  std::vector<Outcome> heal_overdue();
  /// Undoes the faults whose agent has died.
  std::vector<Outcome> heal_orphans();

  /// Time until the first fault of this process is overdue; nullopt when there is none.
  std::optional<std::chrono::milliseconds> until_overdue() const;
  /// Every fault in force: id, effect, ttlLeftMs, mine.
  Json status() const;
  /// What is left on this node of any fault, in words: journal entries, unreadable ones, and what the effects find.
  std::vector<std::string> residue() const;

 private:
  bool mine(const JournalEntry& entry) const;
  std::optional<JournalEntry> find(const std::string& id) const;
  std::vector<JournalEntry> entries() const;
  Result<Json> undo(const JournalEntry& entry) const;
  std::vector<Outcome> undo_each(const std::vector<JournalEntry>& entries);

  Journal journal_;
  pid_t self_;
  std::uint64_t self_start_;
  /// Overdue faults that could not be undone are tried again after a while, not at once.
  std::int64_t retry_at_ns_ = 0;
};

}  // namespace hadrill::agent
