// Owns whether two sets of trials can be compared: same machine, same probers at the same pace. Pure.
#pragma once

#include <string>
#include <vector>

#include "trend/trial.hpp"

namespace hadrill::trend {

/// Where two sets of trials were not made the same way, in words.
struct Differences {
  /// Each makes a comparison worthless: a shift would be of the machine or of the instrument. CPUs, memory by more than
  /// a twentieth, storage driver, cgroup version, what stands in for the load balancer, a prober's period.
  std::vector<std::string> spoiling;
  /// May be just what is being compared, or matter little: versions of Kubernetes, of hadrill, of the kernel; a machine
  /// that is not known.
  std::vector<std::string> worth_knowing;
};

/// Between and within the two sets; trials that do not count (why_not_counted) are not looked at.
Differences differences_of(const std::vector<StoredTrial>& base, const std::vector<StoredTrial>& next);

}  // namespace hadrill::trend
