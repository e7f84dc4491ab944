// Owns the way from history to verdict. Pure: no files, no clock, no cluster; the same record gives the same verdict.
#pragma once

#include "check/verdict.hpp"
#include "history/event_log.hpp"
#include "history/sample_log.hpp"
#include "scenario/scenario.hpp"

namespace hadrill {

/// Everything that is on disk about one run.
struct RunRecord {
  Scenario scenario;
  SampleLog samples;
  EventLog events;
};

/// Never fails: what cannot be judged is a finding of Judgement::error.
Verdict judge(const RunRecord& record);

}  // namespace hadrill
