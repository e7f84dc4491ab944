// Owns whether a known-bad control showed what it is there to show: that the right thing failed, and nothing else.
// Pure.
#pragma once

#include <string>
#include <vector>

#include "check/verdict.hpp"
#include "scenario/expectation.hpp"

namespace hadrill {

/// What a trial says of the control that it was.
enum class Control {
  none,      ///< it was no control: a pass is right
  seen,      ///< what has to fail failed, and nothing else
  not_seen,  ///< the trial passed; or what has to fail passed or was not looked at, and something else failed
  more,      ///< something failed that may not. What has to fail did so too, or that cannot be told
  unclear,   ///< inconclusive, aborted, error: whether the instrument sees, this trial does not tell
};

struct ControlResult {
  Control control = Control::none;
  std::string why;  ///< "identities is pass, and has to be fail"; "" of none and seen
};

/// `judgement` and `findings`: of the trial; of findings only ids and judgements count. Others than those named may be
/// inconclusive: what failed stays failed, whatever else is unclear. "whichever" (no name) is seen by any failure.
ControlResult judge_control(const Expectation& expectation, Judgement judgement, const std::vector<Finding>& findings);

/// What a trial of `verdict` that ended with `code` counts as: the code itself, but 0 for a control that was seen, and
/// 1 for one that was not, or of which more failed.
int exit_code_as_expected(int code, const Expectation& expectation, const Verdict& verdict);

}  // namespace hadrill
