// Owns the rule from a measured SLI and its budget to a judgement.
#pragma once

#include <set>
#include <string>

#include "check/redundancy.hpp"

namespace hadrill {

/// Pass when the upper bound keeps the budget, fail when the lower bound misses it, else inconclusive. `seen`:
/// something bad was seen at all; with a budget of zero that is a miss however short it was.
Judgement judge_time(const Bounds& measured, Duration budget, bool seen);
/// A budget with a lower end, too: fail when the upper bound is below it, pass only when the lower one is not.
Judgement judge_time(const Bounds& measured, Duration least, Duration most);
/// The same for a share of which at least `budget` is owed.
Judgement judge_share(const ShareBounds& measured, double budget, bool seen);

/// Whether an SLI of `name` is about that prober: all users of "api", one, or of those that are one per node the ones
/// on nodes that no fault hit. `touched`: those it did.
bool is_meant(const std::string& name, const ProberInfo& prober, const std::set<std::string>& touched);

/// Of two times the later one, end by end.
Bounds later(const Bounds& a, const Bounds& b);

/// What SLOs are judged by.
struct Measured {
  const Verdict& verdict;  ///< probers, api and validity are filled in
  const std::optional<Window>& window;
  const std::optional<Redundancy>& redundancy;
  const EventLog& events;
  Judgement unmeasured = Judgement::error;  ///< what an SLI is when there was no window
};

/// One finding; with stretches that are not owed, one for the rest of the window and one that shows those. `derived`:
/// the budget of an SLO that leaves it to the flags; its error is the finding's.
std::vector<Finding> judge_slo(const Slo& slo, const Measured& measured,
                               const std::optional<Result<bounds::Bound>>& derived = std::nullopt);

}  // namespace hadrill
