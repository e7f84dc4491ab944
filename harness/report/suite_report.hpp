// Owns how the trials of a suite read side by side: each SLO over all trials of its scenario, and the whole as JSON and
// as a table. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "check/control.hpp"
#include "check/verdict.hpp"
#include "report/junit.hpp"

namespace hadrill {

/// One execution of a scenario within a suite.
struct SuiteTrial {
  std::string scenario;
  std::string topology;
  int trial = 1;                   ///< of its scenario, from 1
  Expectation expected;            ///< how it has to end
  std::string directory;           ///< of the run; "" when it did not begin
  std::optional<Verdict> verdict;  ///< nullopt: it did not begin or could not be judged
  std::string trouble;             ///< why not
  /// The run's own testsuite (junit_suite); nullopt: it has none, or nobody is going to ask for it.
  std::optional<JunitSuite> junit = {};

  /// Whether it ended as it should, with everything healed.
  bool good() const;
};

/// One SLO over the trials of a scenario on a topology that have measured it.
struct SuiteRow {
  std::string scenario;
  std::string topology;
  std::string sli;
  std::size_t n = 0;
  std::string median;  ///< bounds of the trial in the middle, by upper bounds (of an even number the worse one)
  std::string worst;   ///< bounds of the worst trial
  std::string bound;   ///< the budget; with "budget: auto", from its lower to its upper end
  std::size_t pass = 0;
  std::size_t fail = 0;
  std::size_t inconclusive = 0;
  std::size_t other = 0;  ///< not owed, aborted, error
};

/// What is said of a whole suite.
struct SuiteFacts {
  std::string name;
  std::string started_utc;
  std::string machine;  ///< and how it was used, in words
  std::uint64_t seed = 0;
  std::string shard = {};      ///< "2/4": only this part of the suite was run; "" for all of it
  std::string ended_utc = {};  ///< of its last trial so far; "" before there is one
  Duration took{};             ///< until then, clusters brought up and replaced included; on the monotonic clock
};

/// Behind the verdict of a known-bad control: " (expected: fail of identities; identities is pass, and has to be
/// fail)".
/// "" of any other trial.
std::string expected_text(const SuiteTrial& trial);

/// In the order of the trials and of the SLOs in them. A trial without a verdict has no rows.
std::vector<SuiteRow> suite_rows(const std::vector<SuiteTrial>& trials);

/// "hadrill/suite/v1", reports/schema/suite.schema.json.
Json suite_json(const SuiteFacts& facts, const std::vector<SuiteTrial>& trials);

/// Markdown, for people and for docs/results.md: a table of suite_rows, then every trial that did not end as it should.
std::string suite_table(const std::vector<SuiteTrial>& trials);

/// The same with how many trials ended as they should, and what is said of the whole, ahead of it.
std::string suite_markdown(const SuiteFacts& facts, const std::vector<SuiteTrial>& trials);

/// A testsuite per trial: the run's own, named apart. A known-bad control has two testcases: whether it failed as it
/// should, by what it should, and cleanup. One that did not begin is one error.
std::string suite_junit_xml(const SuiteFacts& facts, const std::vector<SuiteTrial>& trials);

/// The worst of what the trials ended with: cleanup incomplete (4), error (5), fail (1), aborted (3), inconclusive (2),
/// pass (0). A known-bad control counts as exit_code_as_expected says. No trial at all: 5.
int suite_exit_code(const std::vector<SuiteTrial>& trials);

}  // namespace hadrill
