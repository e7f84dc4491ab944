// Owns a second, slow and simple judge of samples: everything in memory, sorted, walked over several times. The judge
// in harness/check, which sees each sample once, has to say the same of any history.
#pragma once

#include "check/judge.hpp"

namespace hadrill::test {

/// What is compared. `validity.p99_lateness` is exact.
struct Reference {
  std::vector<ProberResult> probers;  ///< without `user`
  std::optional<OutageSummary> api;
  std::optional<Instant> impact;  ///< of any prober but the null prober
  Validity validity;
};

Reference reference_judge(const RunRecord& record);

}  // namespace hadrill::test
