// Owns how testsuites of JUnit XML are written: which reader takes what is decided here, and nowhere else.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "check/judge.hpp"

namespace hadrill {

/// One testcase.
struct JunitCase {
  enum class Ending {
    passed,
    failed,   ///< the cluster, or the promise, is to blame: an SLO was missed, or it is not clear that it was kept
    errored,  ///< the trial is to blame: aborted, no data, trouble of the harness, something left behind
    skipped,  ///< not judged, for a reason
  };
  std::string name;  ///< "slo api.longest_outage", "phase fault.kill", "gate coverage", "cleanup"
  Ending ending = Ending::passed;
  std::string type;  ///< of a failure or an error, in the words of verdicts: "fail", "inconclusive", "error" ...
  std::string text;  ///< what was found, or why not
  Duration time{};   ///< what an SLI that is a time was measured as, at worst; for readers that draw it
};

/// One testsuite: a trial.
struct JunitSuite {
  std::string name;
  std::string classname;  ///< of all its testcases: the same from night to night, so that readers can tell a history
  std::string timestamp;  ///< "2026-01-31T12:00:00"; "" when not known
  Duration time{};
  std::vector<std::pair<std::string, std::string>> properties;
  std::vector<JunitCase> cases;
};

/// Of all findings: SLOs, then phases of the run (steady state, faults, recovery, healing), then gates (whether the
/// numbers can be trusted, and safety), then cleanup.
std::vector<JunitCase> junit_cases(const Verdict& verdict);

/// A run's own testsuite: junit_cases, ahead of cleanup the steps that the run did not reach (skipped), and as
/// properties what was run, with which seed and version, what it ended with and how well the instrument is known to
/// measure.
JunitSuite junit_suite(const Verdict& verdict, const RunContext& run);

/// "hadrill.TOPOLOGY.SCENARIO", for JunitSuite::classname.
std::string junit_classname(const std::string& topology, const std::string& scenario);

/// A document of these suites, with sums. reports/schema/junit.xsd; characters that XML cannot hold are "?".
std::string junit_document(const std::string& name, const std::vector<JunitSuite>& suites);

}  // namespace hadrill
