#include <fmt/format.h>

#include "report/junit.hpp"
#include "report/suite_report.hpp"

namespace hadrill {
namespace {

/// Whether it ended with the verdict that it should have, and by what it should. Its SLOs are missed on purpose: shown
/// as failures they would hide the real ones.
JunitCase control_case(const SuiteTrial& trial) {
  const Verdict& verdict = *trial.verdict;
  const auto [control, why] = judge_control(trial.expected, verdict.judgement, verdict.findings);
  JunitCase told{"known-bad control", JunitCase::Ending::failed, to_string(verdict.judgement), why, {}};
  switch (control) {
    case Control::none:
    case Control::seen:
      told.ending = JunitCase::Ending::passed;
      told.type.clear();
      told.text = fmt::format("the verdict is {}, as it should be", to_string(trial.expected));
      break;
    case Control::not_seen:
      told.text += ": the instrument cannot be trusted to see a missed SLO";
      break;
    case Control::more:
      break;
    case Control::unclear:
      if (verdict.judgement != Judgement::inconclusive) told.ending = JunitCase::Ending::errored;
      told.text += ": whether the instrument sees a missed SLO, this trial does not tell";
  }
  return told;
}

std::vector<JunitCase> cases_of(const SuiteTrial& trial) {
  if (!trial.verdict) return {{"phase run", JunitCase::Ending::errored, "error", trial.trouble, {}}};
  std::vector<JunitCase> cases = trial.junit ? trial.junit->cases : junit_cases(*trial.verdict);
  // What it left behind is the next trial's trouble, whatever it was to show.
  if (trial.expected.fail) return {control_case(trial), cases.back()};
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
  suite.properties.emplace_back("expected", to_string(trial.expected));
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
