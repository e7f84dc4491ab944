#include "scenario/expectation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "document/problems.hpp"

namespace hadrill {
namespace {

constexpr const char* kExpected = "expected";
constexpr const char* kMust = "mustFail";
constexpr const char* kMay = "mayFail";

/// Ids of the findings that can be fail, but for those of the audit.
std::vector<std::string> can_fail(const Scenario& scenario) {
  std::vector<std::string> ids;
  for (const Slo& slo : scenario.slos) ids.push_back(slo.sli.text);
  for (const Step& step : scenario.method) {
    const auto* observe = std::get_if<ObserveStep>(&step);
    if (observe != nullptr && observe->until_recovered && observe->on_timeout == ObserveStep::OnTimeout::fail)
      ids.push_back("recovery." + observe->id);
  }
  for (const char* gate : {"leadership.etcd", "leadership.controller-manager", "leadership.scheduler", "identities"})
    ids.emplace_back(gate);
  const auto counts = [](const ProberSpec& prober) { return prober.operation == ProbeOperation::count; };
  if (std::any_of(scenario.probers.begin(), scenario.probers.end(), counts)) ids.emplace_back("counters");
  return ids;
}

}  // namespace

std::string to_string(const Expectation& expectation) {
  if (!expectation.fail) return "pass";
  return expectation.must.empty() ? "fail" : fmt::format("fail of {}", fmt::join(expectation.must, ", "));
}

Status check_expectation(const Expectation& expectation, const Scenario& scenario, const std::string& where) {
  const std::vector<std::string> known = can_fail(scenario);
  std::vector<std::string> named;
  for (const auto* ids : {&expectation.must, &expectation.may}) {
    for (const std::string& id : *ids) {
      if (std::find(named.begin(), named.end(), id) != named.end())
        return usage_error(where, fmt::format("finding {} is named twice", id));
      named.push_back(id);
      // Which promises of the API an audit looks at follows from what probers did.
      const bool can = id.starts_with("audit.") || std::find(known.begin(), known.end(), id) != known.end();
      if (!can) return usage_error(where, unknown_word("finding that can fail", id, known));
    }
  }
  return Ok{};
}

void add_expectation(Json& json, const Expectation& expectation) {
  json[kExpected] = expectation.fail ? "fail" : "pass";
  if (!expectation.must.empty()) json[kMust] = expectation.must;
  if (!expectation.may.empty()) json[kMay] = expectation.may;
}

Expectation read_expectation(const Json& json) {
  return {json_text(json, std::string("/") + kExpected) == "fail", json_texts(json, std::string("/") + kMust),
          json_texts(json, std::string("/") + kMay)};
}

}  // namespace hadrill
