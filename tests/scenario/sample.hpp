// A good scenario to make bad ones from, and the problems of a text without the file name.
#pragma once

#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "scenario/load.hpp"

namespace hadrill::test {

inline const Capabilities kCapabilities{{"process.kill", "process.pause"}, {"stacked", "external-etcd"}};

inline const std::string kSample = R"(apiVersion: hadrill/v1
kind: Scenario
metadata: {name: sample, description: "A sample", tags: [one, two]}
topology: stacked
steadyState: {hold: 20s}
probers:
  - {name: api.new, through: load-balancer, connection: new, period: 100ms}
  - {name: api.direct, through: each-api-server, connection: reused, period: 200ms}
method:
  - id: kill
    inject: {fault: process.kill, target: {role: etcd, select: one}, signal: TERM}
  - observe: 60s
slo:
  - {sli: api.new.longest_outage, budget: 5s}
)";

/// The sample with its only occurrence of `from` replaced.
inline std::string sample_with(const std::string& from, const std::string& to) {
  std::string text = kSample;
  const std::size_t at = text.find(from);
  INFO("in the sample: " << from);
  REQUIRE(at != std::string::npos);
  REQUIRE(text.find(from, at + 1) == std::string::npos);
  return text.replace(at, from.size(), to);
}

inline Scenario load_good(const std::string& text, const Capabilities& capabilities = kCapabilities) {
  const auto scenario = load_scenario(text, "s.yaml", capabilities);
  INFO(text << "\n" << (scenario ? "" : scenario.error().text()));
  REQUIRE(scenario.ok());
  return *scenario;
}

/// The sample with these lines for its method.
inline std::string sample_with_method(const std::string& steps) {
  const std::size_t begin = kSample.find("method:\n") + 8;
  return kSample.substr(0, begin) + steps + kSample.substr(kSample.find("slo:"));
}

/// "LINE:COLUMN: message" of every problem; empty when the text loads.
inline std::vector<std::string> problems_of(const std::string& text, const Capabilities& capabilities = kCapabilities) {
  const auto scenario = load_scenario(text, "s.yaml", capabilities);
  std::vector<std::string> problems;
  if (scenario) return problems;
  CHECK(scenario.error().kind == ErrorKind::usage);
  CHECK(scenario.error().where == "s.yaml");
  std::istringstream lines(scenario.error().detail);
  for (std::string line; std::getline(lines, line);) {
    problems.push_back(line.rfind("s.yaml:", 0) == 0 ? line.substr(7) : line);
  }
  return problems;
}

using Lines = std::vector<std::string>;

}  // namespace hadrill::test
