#include "report/junit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "history/event_log.hpp"
#include "report/facts.hpp"
#include "report/report.hpp"

namespace hadrill {
namespace {

JunitCase::Ending ending_of(Judgement judgement) {
  switch (judgement) {
    case Judgement::pass:
      return JunitCase::Ending::passed;
    case Judgement::not_owed:
      return JunitCase::Ending::skipped;
    case Judgement::fail:
    case Judgement::inconclusive:
      return JunitCase::Ending::failed;
    case Judgement::aborted:
    case Judgement::error:
      break;
  }
  return JunitCase::Ending::errored;
}

/// What a run goes through, one after another, and not what is said of its numbers. docs/sli-reference.md, "Verdict".
bool is_phase(const std::string& id) {
  constexpr std::array kPhases{"run", "baseline", "heal"};
  constexpr std::array kOfSteps{"fault.", "recovery.", "heal."};
  return std::find(kPhases.begin(), kPhases.end(), id) != kPhases.end() ||
         std::any_of(kOfSteps.begin(), kOfSteps.end(), [&id](const char* prefix) { return id.starts_with(prefix); });
}

Duration time_of(const Finding& finding) {
  if (!finding.time) return Duration::zero();
  return finding.time->upper.value_or(finding.time->lower);
}

JunitCase case_of(const char* kind, const Finding& finding) {
  const std::string type = finding.judgement == Judgement::pass ? "" : to_string(finding.judgement);
  return {fmt::format("{} {}", kind, finding.id), ending_of(finding.judgement), type, finding.text, time_of(finding)};
}

JunitCase cleanup_case(const Verdict& verdict) {
  JunitCase out{"cleanup", JunitCase::Ending::passed, "", "nothing that was made or broken is left", {}};
  if (!verdict.cleanup_incomplete && verdict.unhealed.empty()) return out;
  out.ending = JunitCase::Ending::errored;
  out.type = "cleanup incomplete";
  out.text = verdict.unhealed.empty()
                 ? std::string("something that was made or broken is still there (see phase heal)")
                 : fmt::format("not proven healed: {}; hadrill heal undoes it", fmt::join(verdict.unhealed, ", "));
  return out;
}

/// The version of Kubernetes, which the flags in force were read with.
std::string kubernetes_of(const EventLog& log) {
  for (const Event& event : log.events) {
    if (event.type == event_type::flags_read) return json_text(event.data, "/version");
  }
  return "";
}

/// Steps that the run did not get to: no finding tells of them.
std::vector<JunitCase> unreached(const Scenario& scenario, const Verdict& verdict) {
  std::vector<JunitCase> out;
  for (const Step& step : scenario.method) {
    const auto* inject = std::get_if<InjectStep>(&step);
    if (inject == nullptr) continue;
    const std::string id = "fault." + inject->id;
    const auto tells = [&id](const Finding& finding) { return finding.id == id; };
    if (std::any_of(verdict.findings.begin(), verdict.findings.end(), tells)) continue;
    out.push_back(
        {"phase " + id, JunitCase::Ending::skipped, "", "the run ended before this step (see phase run)", {}});
  }
  return out;
}

/// One property for each step, with all of its targets: who reads properties by name keeps one of a name.
std::vector<std::pair<std::string, std::string>> faults_by_step(const RunFacts& facts) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const FaultFact& fault : facts.faults) {
    const std::string name = "fault." + fault.step;
    const auto known = std::find_if(out.begin(), out.end(), [&name](const auto& one) { return one.first == name; });
    if (known == out.end()) {
      out.emplace_back(name, fmt::format("{} of {}", fault.fault, to_string(fault.target)));
    } else {
      known->second += ", " + to_string(fault.target);
    }
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> properties_of(const Verdict& verdict, const RunContext& run,
                                                               const RunFacts& facts) {
  const auto& topologies = run.scenario.topologies;
  std::vector<std::pair<std::string, std::string>> out{{"scenario", run.scenario.name},
                                                       {"topology", topologies.empty() ? "" : topologies.front()},
                                                       {"seed", facts.seed ? std::to_string(*facts.seed) : ""},
                                                       {"kubernetes", kubernetes_of(run.events)},
                                                       {"verdict", to_string(verdict.judgement)},
                                                       {"exitCode", std::to_string(exit_code(verdict))},
                                                       {"calibration", calibration_text(run)}};
  for (auto& fault : faults_by_step(facts)) out.push_back(std::move(fault));
  std::erase_if(out, [](const auto& property) { return property.second.empty(); });
  return out;
}

}  // namespace

std::vector<JunitCase> junit_cases(const Verdict& verdict) {
  std::vector<JunitCase> slos;
  std::vector<JunitCase> phases;
  std::vector<JunitCase> gates;
  for (const Finding& finding : verdict.findings) {
    if (finding.is_slo) {
      slos.push_back(case_of("slo", finding));
    } else if (is_phase(finding.id)) {
      phases.push_back(case_of("phase", finding));
    } else {
      gates.push_back(case_of("gate", finding));
    }
  }
  slos.insert(slos.end(), phases.begin(), phases.end());
  slos.insert(slos.end(), gates.begin(), gates.end());
  slos.push_back(cleanup_case(verdict));
  return slos;
}

std::string junit_classname(const std::string& topology, const std::string& scenario) {
  return topology.empty() ? "hadrill." + scenario : fmt::format("hadrill.{}.{}", topology, scenario);
}

JunitSuite junit_suite(const Verdict& verdict, const RunContext& run) {
  const RunFacts facts = read_facts(run);
  const auto& topologies = run.scenario.topologies;
  JunitSuite suite;
  suite.name = run.scenario.name;
  suite.classname = junit_classname(topologies.empty() ? "" : topologies.front(), run.scenario.name);
  if (facts.clock) suite.timestamp = facts.utc(facts.clock->monotonic).substr(0, 19);
  const auto& events = run.events.events;
  if (!events.empty()) suite.time = events.back().at - events.front().at;
  suite.properties = properties_of(verdict, run, facts);
  suite.cases = junit_cases(verdict);
  const std::vector<JunitCase> missing = unreached(run.scenario, verdict);
  suite.cases.insert(suite.cases.end() - 1, missing.begin(), missing.end());
  return suite;
}

std::string junit_xml(const Verdict& verdict, const RunContext& run) {
  return junit_document(run.scenario.name, {junit_suite(verdict, run)});
}

}  // namespace hadrill
