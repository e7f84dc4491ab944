// Owns the second half of a run: from the history on disk to verdict and reports. Needs no cluster.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "check/judge.hpp"
#include "report/junit.hpp"

namespace hadrill {

struct Judged {
  Verdict verdict;
  std::string summary;  ///< for a terminal
  JunitSuite junit;     ///< what junit.xml holds
};

/// Reads a run directory, judges it, writes verdict.json, junit.xml, summary.txt and report.html into it. The same
/// history always gives the same bytes. `colour`: of the returned summary only. Error: infrastructure for a history
/// that cannot be read.
Result<Judged> judge_directory(const std::filesystem::path& directory, bool colour);

}  // namespace hadrill
