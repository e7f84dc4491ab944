// Owns what it means for the numbers that somebody ended the faults of a run before their time. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "check/timeline.hpp"

namespace hadrill {

/// Told by drill.healed_by_hand.
struct HandHeal {
  Instant began;                     ///< undoing began: what came later may have come because of it
  std::vector<std::string> undone;   ///< steps whose faults were in force
  std::vector<std::string> skipped;  ///< steps that were to break something later, and did not
};

/// nullopt: the method ran as it is written.
std::optional<HandHeal> read_hand_heal(const EventLog& events);

/// What an SLO's finding may still say. A fault that lasted less than planned may have hurt less than planned, so no
/// pass and no share of time stays; what was missed by a fault cut short stays missed; and what was over before anybody
/// took a hand in it stays as it is.
Finding judge_by_hand(Finding finding, const Slo& slo, const HandHeal& heal, const Window& window);

/// The finding that says so: inconclusive, so that the run is no pass.
Finding tell_by_hand(const HandHeal& heal, const std::optional<Window>& window);

}  // namespace hadrill
