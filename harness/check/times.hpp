// Owns T1 to T6: the course of a run counted from T0, each instant with its source, or why it is not known.
#pragma once

#include "check/redundancy.hpp"
#include "check/steadiness.hpp"

namespace hadrill {

/// docs/sli-reference.md, "Times". Nothing is invented: what no event tells is a row without a time, with the reason.
/// `verdict`: its probers, leadership and impact are filled in.
std::vector<RunTime> course_of(const EventLog& events, const Window& window, const Verdict& verdict,
                               const Redundancy& redundancy, const Steadiness::Result& steady);

}  // namespace hadrill
