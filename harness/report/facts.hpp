// Owns what the reports tell besides the verdict: when the run was, what was broken. Read from the events.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/percent.hpp"
#include "check/judge.hpp"
#include "history/target.hpp"

namespace hadrill {

/// Something that a fault measured while it was made, told by the evidence of its proof: an amount or a time.
struct FaultMeasure {
  std::string what;  ///< e.g. "data lost since the snapshot"
  std::int64_t value = 0;
  std::string unit;
  std::optional<Bounds> time;  ///< instead of value and unit
};

/// One fault that was to be done to one target.
struct FaultFact {
  std::string step;
  std::string fault;
  TargetRef target;
  bool led = false;                 ///< it was the leader of its role
  std::optional<Instant> t0_lower;  ///< nullopt: not proven in force
  std::optional<Instant> t0_upper;
  std::vector<FaultMeasure> measures = {};
  /// Whether it is in force until it is undone; what is done once is not. nullopt: the run does not tell.
  std::optional<bool> stays = std::nullopt;
};

struct RunFacts {
  std::optional<std::uint64_t> seed;
  std::optional<ClockPair> clock;  ///< of run.started: instants to wall time
  std::vector<FaultFact> faults;

  /// "2026-01-31T12:00:00.123Z", or "" when the run does not know.
  std::string utc(Instant at) const;
};

/// Whether an event with a `step` and a `target` is about this fault, and not about another target of its step.
bool is_about(const Event& event, const FaultFact& fault);

/// "12 revisions of etcd", or the bounds of a time.
std::string to_text(const FaultMeasure& measure);

/// What reports call all users outside together.
inline constexpr const char* kApiRow = "api (behind the load balancer)";

/// What was measured, or "not measured".
std::string measured_text(const Finding& finding);
/// How the judged requests ended that were not good: "7 reset, 6 http_status"; "" when none was.
std::string endings_text(const ProberResult& prober);

RunFacts read_facts(const RunContext& run);

/// What of the cluster is set otherwise than Kubernetes has it, where that makes what was measured shorter, in one
/// line: the most that kubelets wait before they start a container again. From the flags in force; "" when nothing is,
/// or nobody read them.
std::string tuned_text(const RunContext& run);

/// How far the instrument itself can be off, in one sentence: every report says it.
std::string calibration_text(const RunContext& run);

}  // namespace hadrill
