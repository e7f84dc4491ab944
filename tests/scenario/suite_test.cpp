#include "scenario/suite.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "scenario/expectation.hpp"
#include "scenario/load.hpp"

using namespace hadrill;

namespace {

const std::string kHead = "apiVersion: hadrill/v1\nkind: Suite\nmetadata: {name: s, description: d}\n";

std::string problem_of(const std::string& text) {
  const auto suite = load_suite(text, "s.yaml");
  REQUIRE_FALSE(suite.ok());
  CHECK(suite.error().kind == ErrorKind::usage);
  return suite.error().detail;
}

/// Names of the YAML files of a folder.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  return files;
}

}  // namespace

TEST_CASE("a suite says which scenarios run, where, how often, and what is expected of them") {
  const auto suite = load_suite(kHead + R"(trials: 5
runs:
  - {scenario: a}
  - {scenario: b, topology: nginx, trials: 2}
  - {scenario: bad, trials: 1, expect: fail}
)",
                                "s.yaml");
  REQUIRE(suite.ok());
  CHECK(suite->name == "s");
  CHECK(suite->runs == std::vector<SuiteRun>{{"a", "", 5, {}}, {"b", "nginx", 2, {}}, {"bad", "", 1, {true, {}, {}}}});
}

TEST_CASE("a control says what has to fail, and what may") {
  const auto suite = load_suite(kHead + R"(runs:
  - {scenario: bad, expect: {fail: [identities, counters]}}
  - {scenario: worse, expect: {fail: [a.availability], mayFail: [b.availability]}}
)",
                                "s.yaml");
  REQUIRE(suite.ok());
  CHECK(suite->runs[0].expected == Expectation{true, {"identities", "counters"}, {}});
  CHECK(suite->runs[1].expected == Expectation{true, {"a.availability"}, {"b.availability"}});
  CHECK(to_string(suite->runs[0].expected) == "fail of identities, counters");
  CHECK(problem_of(kHead + "runs:\n  - {scenario: a, expect: {fail: []}}\n").find("allowed: at least 1") !=
        std::string::npos);
  CHECK(problem_of(kHead + "runs:\n  - {scenario: a, expect: {mayFail: [b]}}\n").find("fail") != std::string::npos);
  CHECK(problem_of(kHead + "runs:\n  - {scenario: a, expect: {fail: [b, b]}}\n").find("in the list already") !=
        std::string::npos);
}

TEST_CASE("an expectation is the same when it is read again") {
  for (const Expectation& one :
       {Expectation{}, Expectation{true, {}, {}}, Expectation{true, {"identities"}, {"api.availability"}}}) {
    Json json = Json::object();
    add_expectation(json, one);
    CHECK(read_expectation(json) == one);
  }
  CHECK(read_expectation(Json()) == Expectation{});
}

TEST_CASE("what has to fail has to be something that can") {
  const std::filesystem::path scenarios = std::filesystem::path(HADRILL_SOURCE_DIR) / "scenarios";
  const auto scenario = load_scenario_file(scenarios / "known-bad.yaml", {});
  REQUIRE(scenario.ok());
  const auto check = [&scenario](const Expectation& one) { return check_expectation(one, *scenario, "here"); };
  CHECK(check({true, {"api.longest_outage"}, {"recovery.recover", "audit.lost_write", "leadership.etcd"}}).ok());
  CHECK(check({true, {"api.longest_outages"}, {}}).error().message.find("did you mean \"api.longest_outage\"?") !=
        std::string::npos);
  // Never worse than inconclusive, and nobody counts in this scenario.
  CHECK_FALSE(check({true, {"validity"}, {}}).ok());
  CHECK_FALSE(check({true, {"counters"}, {}}).ok());
  CHECK_FALSE(check({true, {"api.longest_outage"}, {"api.longest_outage"}}).ok());
}

TEST_CASE("what is wrong with a suite is told with its place") {
  CHECK(problem_of(kHead + "runs: []\n") == "s.yaml:4:7: runs has 0 entries; allowed: at least 1");
  CHECK(problem_of(kHead + "runs:\n  - {scenario: a, trails: 3}\n")
            .find("s.yaml:5:19: unknown key \"trails\"; did you mean \"trials\"?") == 0);
  CHECK(problem_of(kHead + "runs:\n  - {scenario: a, trials: 0}\n") == "s.yaml:5:27: trials is 0; allowed: 1 to 100");
  CHECK(problem_of(kHead + "runs:\n  - {scenario: a, expect: error}\n").find("allowed: pass, fail") !=
        std::string::npos);
  CHECK(problem_of("- a\n").find("the suite is a list") != std::string::npos);
  CHECK(load_suite_file("/no/such/suite.yaml").error().kind == ErrorKind::usage);
}

TEST_CASE("the suites of the project name scenarios that are there and fit") {
  const std::filesystem::path scenarios = std::filesystem::path(HADRILL_SOURCE_DIR) / "scenarios";
  std::size_t seen = 0;
  for (const auto& file : files_in(scenarios / "suites")) {
    const auto suite = load_suite_file(file);
    INFO((suite.ok() ? file.string() : suite.error().text()));
    REQUIRE(suite.ok());
    CHECK(suite->name == file.stem());
    for (const SuiteRun& run : suite->runs) {
      INFO(run.scenario);
      const auto scenario = load_scenario_file(scenarios / (run.scenario + ".yaml"), {});
      REQUIRE(scenario.ok());
      const auto& fits = scenario->topologies;
      const Status can = check_expectation(run.expected, *scenario, run.scenario);
      CHECK(can.ok());
      // A control that may fail by anything would be right when the cluster does not recover.
      CHECK(run.expected.fail == !run.expected.must.empty());
      CHECK((run.topology.empty() || std::find(fits.begin(), fits.end(), run.topology) != fits.end()));
    }
    ++seen;
  }
  CHECK(seen >= 3);
}

TEST_CASE("the suite nightly runs every scenario of the project") {
  const std::filesystem::path scenarios = std::filesystem::path(HADRILL_SOURCE_DIR) / "scenarios";
  const auto nightly = load_suite_file(scenarios / "suites" / "nightly.yaml");
  REQUIRE(nightly.ok());
  const auto files = files_in(scenarios);
  REQUIRE(files.size() >= 50);
  for (const auto& file : files) {
    INFO(file.filename().string());
    CHECK(std::any_of(nightly->runs.begin(), nightly->runs.end(),
                      [&](const SuiteRun& run) { return run.scenario == file.stem(); }));
  }
}
