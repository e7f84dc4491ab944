// Owns what somebody expected before a drill, against what came of it. Pure.
#pragma once

#include <optional>
#include <string>

#include "check/intervals.hpp"
#include "history/event_log.hpp"

namespace hadrill {

struct Verdict;

/// What somebody says users will notice.
struct Hypothesis {
  std::string text;                  ///< in their own words; may be empty
  std::optional<Duration> expected;  ///< the longest outage that users will see; nullopt: no number was given
};

/// As drill.hypothesis tells it; nullopt: nobody said anything.
std::optional<Hypothesis> read_hypothesis(const EventLog& events);
/// The members of drill.hypothesis.
Json hypothesis_data(const Hypothesis& hypothesis);

/// What is said of a hypothesis.
enum class Held {
  held,      ///< no outage of users can have been longer
  not_held,  ///< one was longer, whatever the truth within the bounds
  cannot_tell
};

/// "held", "did not hold", "cannot be told".
std::string to_string(Held held);

struct HypothesisResult {
  Hypothesis said;
  std::optional<Bounds> measured;  ///< the longest outage of any user; nullopt: nobody stands for users, or no window
  std::string of;                  ///< whose it was: a user-facing prober, or all behind the load balancer together
  Held held = Held::cannot_tell;
  std::string reason;  ///< why it cannot be told; else empty
};

/// The longest outage of users is that of all probers behind the load balancer together, as in `api.longest_outage`, or
/// of any other user-facing prober, whichever is longest. A run that was stopped, cut short by hand or not punctual
/// never confirms anything; a numberless hypothesis is for people to compare.
std::optional<HypothesisResult> judge_hypothesis(const EventLog& events, const Verdict& verdict);

}  // namespace hadrill
