#include <fmt/format.h>

#include "report/junit.hpp"
#include "report/suite_report.hpp"

namespace hadrill {
namespace {

/// Whether it ended with the verdict that it should have. Its SLOs are missed on purpose: shown as failures they would
/// hide the real ones.
JunitCase control_case(Judgement judgement) {
  const std::string ended = to_string(judgement);
  const char* const name = "known-bad control";
  switch (judgement) {
    case Judgement::fail:
      return {name, JunitCase::Ending::passed, "", "the verdict is fail, as it should be", {}};
    case Judgement::pass:
      return {name,
              JunitCase::Ending::failed,
              ended,
              "the verdict is pass, and only fail is right: the instrument cannot be trusted to see a missed SLO",
              {}};
    default:
      break;
  }
  const bool judged = judgement == Judgement::inconclusive;
  return {name,
          judged ? JunitCase::Ending::failed : JunitCase::Ending::errored,
          ended,
          fmt::format("the verdict is {}, and only fail is right: whether the instrument sees a missed SLO, this trial "
                      "does not tell",
                      ended),
          {}};
}

std::vector<JunitCase> cases_of(const SuiteTrial& trial) {
  if (!trial.verdict) return {{"phase run", JunitCase::Ending::errored, "error", trial.trouble, {}}};
  std::vector<JunitCase> cases = trial.junit ? trial.junit->cases : junit_cases(*trial.verdict);
  // What it left behind is the next trial's trouble, whatever it was to show.
  if (trial.expect_fail) return {control_case(trial.verdict->judgement), cases.back()};
  return cases;
}

/// What was run and what it ended with, where there is no run that tells more.
std::vector<std::pair<std::string, std::string>> known_of(const SuiteTrial& trial) {
  constexpr const char* kInfrastructure = "5";
  return {{"scenario", trial.scenario},
          {"topology", trial.topology},
          {"verdict", trial.verdict ? to_string(trial.verdict->judgement) : "error"},
          {"exitCode", trial.verdict ? std::to_string(exit_code(*trial.verdict)) : kInfrastructure}};
}

JunitSuite suite_of(const SuiteFacts& facts, const SuiteTrial& trial) {
  JunitSuite suite = trial.junit ? *trial.junit : JunitSuite{};
  suite.name = fmt::format("{} on {}, trial {}", trial.scenario, trial.topology, trial.trial);
  suite.classname = fmt::format("{}.trial-{}", junit_classname(trial.topology, trial.scenario), trial.trial);
  if (!trial.junit) suite.properties = known_of(trial);
  suite.properties.emplace_back("suite", facts.name);
  suite.properties.emplace_back("expected", trial.expect_fail ? "fail" : "pass");
  if (!trial.directory.empty()) suite.properties.emplace_back("directory", trial.directory);
  suite.cases = cases_of(trial);
  return suite;
}

}  // namespace

std::string suite_junit_xml(const SuiteFacts& facts, const std::vector<SuiteTrial>& trials) {
  std::vector<JunitSuite> suites;
  suites.reserve(trials.size());
  for (const SuiteTrial& trial : trials) suites.push_back(suite_of(facts, trial));
  return junit_document(facts.name, suites);
}

}  // namespace hadrill
