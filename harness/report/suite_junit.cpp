#include <fmt/format.h>

#include "report/junit.hpp"
#include "report/suite_report.hpp"

namespace hadrill {
namespace {

std::vector<JunitCase> cases_of(const SuiteTrial& trial) {
  if (!trial.verdict) return {{"phase run", JunitCase::Ending::errored, "error", trial.trouble, {}}};
  if (!trial.expect_fail) return junit_cases(*trial.verdict);
  // Its SLOs are missed on purpose: shown as failures they would hide the real ones.
  const std::string ended = to_string(trial.verdict->judgement);
  if (trial.good())
    return {{"known-bad control", JunitCase::Ending::passed, "", "the verdict is fail, as it should be", {}}};
  return {
      {"known-bad control",
       JunitCase::Ending::failed,
       ended,
       fmt::format("the verdict is {}, and only fail is right: the instrument cannot be trusted to see a missed SLO",
                   ended),
       {}}};
}

JunitSuite suite_of(const SuiteFacts& facts, const SuiteTrial& trial) {
  JunitSuite suite;
  suite.name = fmt::format("{} on {}, trial {}", trial.scenario, trial.topology, trial.trial);
  suite.classname = fmt::format("{}.trial-{}", junit_classname(trial.topology, trial.scenario), trial.trial);
  suite.properties = {{"suite", facts.name},
                      {"scenario", trial.scenario},
                      {"topology", trial.topology},
                      {"expected", trial.expect_fail ? "fail" : "pass"},
                      {"verdict", trial.verdict ? to_string(trial.verdict->judgement) : "error"}};
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
