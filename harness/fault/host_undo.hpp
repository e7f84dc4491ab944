// Owns how a fault made from this machine is taken back: whatever was done to the container, it runs afterwards, is not
// paused and has its address; whatever was done to the node, it takes pods. Used by the harness, by the guard and by
// `hadrill heal`.
#pragma once

#include <string>
#include <vector>

#include "cluster/docker.hpp"
#include "fault/host_journal.hpp"

namespace hadrill {

/// Evidence that the entry is undone (HostUndo says what that is). A removed container has nothing left to undo:
/// {"removed": true}. Error: it is not so; another address is an infrastructure error of its own.
Result<Json> prove_on_host(Docker& docker, const HostEntry& entry, const Interrupt& interrupt);

/// Makes it so and proves it. Idempotent. `others`: containers that may be down as well; the engine gives a container
/// that starts the lowest free address, so one that starts before another with a lower address is told its own.
Result<Json> undo_on_host(Docker& docker, const HostEntry& entry, const std::vector<HostEntry>& others,
                          const Interrupt& interrupt);

/// What became of an entry: trouble is "" when it was undone, and the journal forgot it.
struct HostOutcome {
  HostEntry entry;
  std::string trouble;
};

/// Undoes `entries` in the order of their addresses; nodes are uncordoned after that, when whoever has to be asked may
/// run again. Then looks again, and undoes again, until nothing has changed for
/// a moment and no docker command about them runs any more: whoever broke them may have died, or given up, with a
/// command under way. Takes 1.5 s at least when there is anything to undo.
std::vector<HostOutcome> heal_on_host(Docker& docker, const HostJournal& journal, std::vector<HostEntry> entries,
                                      const Interrupt& interrupt);

}  // namespace hadrill
