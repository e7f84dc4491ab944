// Owns how a trial has to end: with a pass, or, of a known-bad control, with the failures that it is there to show.
// Pure.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "scenario/scenario.hpp"

namespace hadrill {

/// How a trial has to end.
struct Expectation {
  bool fail = false;              ///< a known-bad control: only the verdict fail is right
  std::vector<std::string> must;  ///< findings of a control that have to be fail, all of them; empty: whichever is
  std::vector<std::string> may;   ///< findings that may be fail beside them

  friend bool operator==(const Expectation&, const Expectation&) = default;
};

/// "pass", "fail", "fail of identities, counters".
std::string to_string(const Expectation& expectation);

/// Error (usage, of `where`): it names a finding that cannot fail in a run of the scenario, or one twice. What can: the
/// SLOs, and the gates that docs/sli-reference.md says so of.
Status check_expectation(const Expectation& expectation, const Scenario& scenario, const std::string& where);

/// The members `expected`, `mustFail` and `mayFail`, as environment.json and the trials of suite.json have them.
void add_expectation(Json& json, const Expectation& expectation);
Expectation read_expectation(const Json& json);

}  // namespace hadrill
