// Owns the way from history to verdict. Pure: no files, no clock, no cluster; the same history gives the same verdict,
// in whatever order its samples lie.
#pragma once

#include "check/verdict.hpp"
#include "history/event_log.hpp"
#include "history/sample_stream.hpp"
#include "scenario/scenario.hpp"

namespace hadrill {

/// How well the instrument is known to measure on this machine. Source: environment.json.
struct Calibration {
  Duration error{};  ///< the most by which a known outage was measured wrongly
  std::string at;    ///< when, UTC
};

/// Everything that is on disk about one run, but its samples.
struct RunContext {
  Scenario scenario;
  EventLog events;
  std::optional<Calibration> calibration;  ///< nullopt: not calibrated on this machine
  std::vector<Finding> audit;              ///< of the operations, judged elsewhere; part of the verdict as they are
};

/// The same with samples in memory.
struct RunRecord : RunContext {
  SampleLog samples;
};

/// Never fails: what cannot be judged is a finding of Judgement::error.
Verdict judge(const RunRecord& record);

/// The same in memory that does not grow with the number of samples. Error: only that of the stream.
Result<Verdict> judge(const RunContext& run, SampleStream& samples);

}  // namespace hadrill
