#include "report/suite_report.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace std::chrono_literals;

namespace {

SuiteTrial trial(int number, Judgement judgement, Duration lower, Duration upper, const std::string& scenario = "a") {
  Finding slo;
  slo.id = "api.longest_outage";
  slo.is_slo = true;
  slo.judgement = judgement;
  slo.text = "measured";
  slo.time = Bounds{lower, upper};
  slo.time_budget = 5s;
  Verdict verdict;
  verdict.judgement = judgement;
  Finding gate;
  gate.id = "validity";
  verdict.findings = {slo, gate};
  return {scenario, "stacked", number, {}, "runs/x", verdict, {}};
}

SuiteTrial broken() { return {"b", "nginx", 1, {}, {}, std::nullopt, "no engine\nat all"}; }

const SuiteFacts kFacts{"s", "2026-01-31T12:00:00.000Z", "2 CPUs", 7};

}  // namespace

TEST_CASE("a row is the middle and the worst of the trials that measured") {
  const auto rows = suite_rows({trial(1, Judgement::pass, 1s, 2s), trial(2, Judgement::fail, 6s, 7s),
                                trial(3, Judgement::pass, 500ms, 3s), broken()});
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].n == 3);
  CHECK(rows[0].median == "0.500 s to 3.000 s");
  CHECK(rows[0].worst == "6.000 s to 7.000 s");
  CHECK(rows[0].bound == "at most 5.0 s");
  CHECK(rows[0].pass == 2);
  CHECK(rows[0].fail == 1);
  // Of an even number the worse one of the two in the middle: a median must not be nicer than half of the trials.
  CHECK(suite_rows({trial(1, Judgement::pass, 1s, 2s), trial(2, Judgement::pass, 2s, 3s)})[0].median ==
        "2.000 s to 3.000 s");
  // An open end is the worst there is.
  SuiteTrial open = trial(4, Judgement::inconclusive, 1s, 2s);
  open.verdict->findings[0].time = Bounds{1s, std::nullopt};
  CHECK(suite_rows({trial(1, Judgement::pass, 8s, 9s), open})[0].worst == "at least 1.000 s");
}

TEST_CASE("no data is no row and never good") {
  SuiteTrial silent = trial(1, Judgement::error, 0s, 0s);
  silent.verdict->findings[0].time.reset();
  const auto rows = suite_rows({silent});
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].n == 0);
  CHECK(rows[0].other == 1);
  CHECK(suite_rows({broken()}).empty());
  CHECK_FALSE(broken().good());
  CHECK(suite_exit_code({}) == 5);
}

TEST_CASE("the exit code is the worst of the trials'") {
  const SuiteTrial pass = trial(1, Judgement::pass, 1s, 2s);
  const SuiteTrial fail = trial(1, Judgement::fail, 6s, 7s);
  const SuiteTrial unclear = trial(1, Judgement::inconclusive, 4s, 6s);
  SuiteTrial left = pass;
  left.verdict->cleanup_incomplete = true;
  CHECK(suite_exit_code({pass, pass}) == 0);
  CHECK(suite_exit_code({pass, unclear}) == 2);
  CHECK(suite_exit_code({unclear, fail, pass}) == 1);
  CHECK(suite_exit_code({fail, broken()}) == 5);
  CHECK(suite_exit_code({broken(), left}) == 4);
}

TEST_CASE("a known-bad control is good when it fails, and only then") {
  SuiteTrial control = trial(1, Judgement::fail, 6s, 7s);
  control.expected.fail = true;
  CHECK(control.good());
  control.verdict->judgement = Judgement::pass;
  CHECK_FALSE(control.good());
  CHECK(suite_exit_code({control}) == 1);
  control.verdict->judgement = Judgement::inconclusive;
  CHECK(suite_exit_code({control}) == 2);
  control.verdict->judgement = Judgement::error;
  CHECK(suite_exit_code({control}) == 5);
}

TEST_CASE("a control that names what has to fail is good by that alone, and the reports say what was wrong") {
  SuiteTrial control = trial(1, Judgement::fail, 6s, 7s);
  control.expected = {true, {"api.longest_outage"}, {}};
  CHECK(control.good());
  CHECK(suite_markdown(kFacts, {control}).find("(expected: fail of") != std::string::npos);
  // The same verdict, by another finding.
  control.verdict->findings[0].judgement = Judgement::pass;
  control.verdict->findings[1].judgement = Judgement::fail;
  CHECK_FALSE(control.good());
  CHECK(suite_exit_code({control}) == 1);
  CHECK(expected_text(control) ==
        " (expected: fail of api.longest_outage; api.longest_outage is pass, and has to be fail; validity is fail, and "
        "may not be)");
  const Json json = suite_json(kFacts, {control}).at("trials").at(0);
  CHECK(json.at("expected") == "fail");
  CHECK(json.at("mustFail") == Json::array({"api.longest_outage"}));
  CHECK_FALSE(json.contains("mayFail"));
  CHECK(json.at("good") == false);
}

TEST_CASE("the reports name every trial that did not end as it should, and why") {
  const std::vector<SuiteTrial> trials{trial(1, Judgement::pass, 1s, 2s), trial(2, Judgement::fail, 6s, 7s), broken()};
  const std::string text = suite_markdown(kFacts, trials);
  CHECK(text.find("1 of 3 trials ended as they should") != std::string::npos);
  CHECK(text.find("| a | stacked | api.longest_outage | 2 | 6.000 s to 7.000 s | 6.000 s to 7.000 s | at most 5.0 s | "
                  "1 pass, 1 FAIL |") != std::string::npos);
  CHECK(text.find("- a on stacked, trial 2: fail. api.longest_outage: measured") != std::string::npos);
  CHECK(text.find("- b on nginx, trial 1: error. no engine") != std::string::npos);
  CHECK(text.find("2026-01-31T12:00:00.000Z, seed 7, 2 CPUs.") != std::string::npos);
  const Json json = suite_json(kFacts, trials);
  CHECK(json.at("endedUtc").is_null());
  CHECK(json.at("durationSeconds").is_null());
  CHECK(json.at("exitCode") == 5);
  CHECK(json.at("trials").size() == 3);
  CHECK(json.at("trials").at(2).at("verdict").is_null());
  CHECK(json.at("rows").size() == 1);
}

TEST_CASE("the reports tell when the suite ended and how long it took") {
  SuiteFacts facts = kFacts;
  facts.ended_utc = "2026-01-31T12:28:03.900Z";
  facts.took = 28min + 3900ms;
  const std::vector<SuiteTrial> trials{trial(1, Judgement::pass, 1s, 2s)};
  CHECK(suite_markdown(facts, trials).find(". 2026-01-31T12:00:00.000Z, took 28m3s, seed 7, 2 CPUs.\n") !=
        std::string::npos);
  const Json json = suite_json(facts, trials);
  CHECK(json.at("startedUtc") == "2026-01-31T12:00:00.000Z");
  CHECK(json.at("endedUtc") == "2026-01-31T12:28:03.900Z");
  CHECK(json.at("durationSeconds") == 1683.9);
}
