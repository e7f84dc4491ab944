// Owns the running of one case: servers, recording, defect, verdict.
#pragma once

#include <filesystem>

#include "base/interrupt.hpp"
#include "calibrate/case.hpp"
#include "calibrate/recording.hpp"

namespace hadrill::calibrate {

/// What came of a case.
struct CaseRun {
  Truth truth;
  Verdict verdict;
  std::optional<audit::AuditResult> audited;
  bool realtime = false;  ///< the prober thread and the server's run before all ordinary ones
};

/// Both write the history into `directory`. Error: infrastructure, or interrupted.
Result<CaseRun> run_case(const OutageCase& one, const std::filesystem::path& directory, std::uint64_t seed,
                         const Interrupt& interrupt);
Result<CaseRun> run_case(const AuditCase& one, const std::filesystem::path& directory, std::uint64_t seed,
                         const Interrupt& interrupt);

/// Names of the probers that measure a case.
inline constexpr const char* kNewProber = "api.read.new";
inline constexpr const char* kReusedProber = "api.read.reused";

}  // namespace hadrill::calibrate
