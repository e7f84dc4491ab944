// Owns the conditions under which numbers may be believed: a proven fault, enough samples, a sound baseline, a punctual
// harness, a proven healing. A run without data is never a pass.
#pragma once

#include "check/redundancy.hpp"

namespace hadrill {

/// Share of a prober's planned slots that must have a sample.
inline constexpr double kLeastCoverage = 0.95;

bool recorded_enough(const ProberResult& prober);
/// More than LatenessWindows allows.
bool too_many_invalid(const Validity& validity);

/// How the run ended.
Finding judge_end(const Timeline& timeline);
/// One finding per inject step: proven for every target.
std::vector<Finding> judge_faults(const RunContext& run, const Timeline& timeline);
/// One finding per unproven healing, or one for all.
std::vector<Finding> judge_healing(const RunContext& run, const Timeline& timeline);
/// Faults proven in force and not proven healed, "STEP on NODE", of a pod "STEP on pod NAMESPACE/NAME on NODE".
std::vector<std::string> unhealed_faults(const EventLog& events);
/// Anti-vacuity: enough samples of every prober, good ones before the fault (of every operation, too), any after it.
Finding judge_coverage(const Verdict& verdict);
/// The steady state was steady.
Finding judge_baseline(const std::vector<ProberResult>& probers);
Finding judge_validity(const Validity& validity);
/// One finding per observe step that had to see recovery.
std::vector<Finding> judge_recovery(const RunContext& run);

}  // namespace hadrill
