// Owns whether two sets of trials of one scenario can be compared: same machine, same probers at the same pace. Pure.
#pragma once

#include <string>
#include <vector>

#include "trend/trial.hpp"

namespace hadrill::trend {

/// Trials of one side, owned by somebody else. All of them count (why_not_counted).
using TrialSet = std::vector<const StoredTrial*>;

/// What makes a comparison of these trials of one scenario on one topology worthless, in words, for a shift would be of
/// the machine or of the instrument: CPUs, memory by more than a twentieth, storage driver, cgroup version, what stands
/// in for the load balancer, a prober's period. Looked for between the two sides and within each. Empty: nothing.
std::vector<std::string> spoiling_differences(const TrialSet& base, const TrialSet& next);

/// What may be just what is being compared, or matter little: versions of Kubernetes, of hadrill, of the kernel; a
/// machine that is not known. Of trials of any scenarios.
std::vector<std::string> other_differences(const TrialSet& base, const TrialSet& next);

}  // namespace hadrill::trend
