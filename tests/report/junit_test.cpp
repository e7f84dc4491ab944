// JUnit XML as its readers see it.
#include "report/junit.hpp"

#include <catch2/catch.hpp>
#include <pugixml.hpp>

#include "check/nodes.hpp"
#include "report/report.hpp"
#include "report/suite_report.hpp"
#include "runs.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

struct Document {
  pugi::xml_document xml;
  explicit Document(const std::string& text) { REQUIRE(xml.load_string(text.c_str())); }
  pugi::xml_node root() const { return xml.child("testsuites"); }
  pugi::xml_node suite() const { return root().child("testsuite"); }
  pugi::xml_node find(const std::string& name) const {
    return suite().find_child_by_attribute("testcase", "name", name.c_str());
  }
  std::string property(const std::string& name) const {
    return suite()
        .child("properties")
        .find_child_by_attribute("property", "name", name.c_str())
        .attribute("value")
        .value();
  }
};

Document document_of(const RunRecord& record) { return Document(junit_xml(judge(record), record)); }

const Expectation kControl{true, {}, {}};

/// A trial of `record` as a suite has it.
SuiteTrial trial_of(const RunRecord& record, const Expectation& expected = {}) {
  const Verdict verdict = judge(record);
  return {record.scenario.name, "stacked", 1, expected, "runs/x", verdict, {}, junit_suite(verdict, record)};
}

}  // namespace

TEST_CASE("there is a testcase per SLO, phase and gate, and one for cleanup") {
  const RunRecord record = kill_run(900ms);
  const Verdict verdict = judge(record);
  const Document junit(junit_xml(verdict, record));
  std::size_t cases = 0;
  for (const pugi::xml_node test : junit.suite().children("testcase")) {
    ++cases;
    CHECK(std::string(test.attribute("classname").value()) == "hadrill.stacked.apiserver-kill");
  }
  CHECK(cases == verdict.findings.size() + 1);
  for (const char* name : {"slo api.longest_outage", "phase run", "phase baseline", "phase fault.kill", "phase heal",
                           "gate coverage", "gate validity", "cleanup"}) {
    INFO(name);
    CHECK(junit.find(name));
    CHECK_FALSE(junit.find(name).child("failure"));
  }
}

TEST_CASE("a missed SLO is a failure, a trial that says nothing an error, both with the reason as attribute and text") {
  const Document missed = document_of(kill_run(4s));
  const pugi::xml_node failure = missed.find("slo api.read.new.longest_outage").child("failure");
  REQUIRE(failure);
  CHECK(std::string(failure.attribute("type").value()) == "fail");
  CHECK(std::string(failure.attribute("message").value()).find("budget") != std::string::npos);
  CHECK(std::string(failure.text().get()) == failure.attribute("message").value());

  RunRecord silent = kill_run(900ms);
  silent.samples.samples.clear();
  const Document errors = document_of(silent);
  CHECK(errors.find("gate coverage").child("error"));
  CHECK(errors.suite().attribute("errors").as_int() > 0);
  CHECK(errors.root().attribute("errors").as_int() == errors.suite().attribute("errors").as_int());
}

TEST_CASE("what was not owed and what was not reached is skipped, with the reason") {
  const Document quorum = document_of(quorum_run());
  int skipped = 0;
  for (const pugi::xml_node test : quorum.suite().children("testcase")) {
    if (!test.child("skipped")) continue;
    ++skipped;
    CHECK_FALSE(std::string(test.child("skipped").attribute("message").value()).empty());
  }
  CHECK(quorum.suite().attribute("skipped").as_int() == skipped);

  RunRecord early = kill_run(900ms);
  InjectStep second;
  second.id = "second";
  Verdict verdict = judge(early);
  early.scenario.method.emplace_back(second);
  const Document junit(junit_xml(verdict, early));
  const pugi::xml_node unreached = junit.find("phase fault.second").child("skipped");
  REQUIRE(unreached);
  CHECK(std::string(unreached.attribute("message").value()).find("ended before") != std::string::npos);
  // Cleanup stays last.
  CHECK(std::string(junit.suite().last_child().attribute("name").value()) == "cleanup");
}

TEST_CASE("what is left behind is an error of its own") {
  RunRecord record = kill_run(900ms);
  Verdict verdict = judge(record);
  verdict.cleanup_incomplete = true;
  const Document left(junit_xml(verdict, record));
  CHECK(std::string(left.find("cleanup").child("error").attribute("type").value()) == "cleanup incomplete");
  verdict.cleanup_incomplete = false;
  verdict.unhealed = {"kill on cp1"};
  const Document unhealed(junit_xml(verdict, record));
  CHECK(std::string(unhealed.find("cleanup").child("error").text().get()).find("kill on cp1") != std::string::npos);
}

TEST_CASE("the properties say what was run, and none is empty") {
  const Document junit = document_of(failover_run());
  CHECK(junit.property("scenario") == "controller-manager-leader-kill");
  CHECK(junit.property("topology") == "stacked");
  CHECK(junit.property("verdict") == "pass");
  CHECK(junit.property("exitCode") == "0");
  CHECK_FALSE(junit.property("calibration").empty());
  for (const pugi::xml_node property : junit.suite().child("properties").children())
    CHECK_FALSE(std::string(property.attribute("value").value()).empty());
}

TEST_CASE("a step has one property with all of its targets") {
  const Document junit = document_of(two_pods_hit());
  CHECK(junit.property("fault.kill") == "process.kill of pod shop/web-1 on w, pod shop/web-2 on w");
  int steps = 0;
  for (const pugi::xml_node property : junit.suite().child("properties").children())
    steps += std::string(property.attribute("name").value()).starts_with("fault.") ? 1 : 0;
  CHECK(steps == 1);
}

TEST_CASE("a suite has a testsuite per trial, and its sums") {
  std::vector<SuiteTrial> trials;
  trials.push_back({"a", "stacked", 1, {}, "runs/a/1", judge(kill_run(900ms)), {}});
  trials.push_back({"a", "stacked", 2, {}, "runs/a/2", judge(kill_run(4s)), {}});
  trials.push_back({"b", "nginx", 1, {}, {}, std::nullopt, "no engine"});
  const Document junit(suite_junit_xml({"s", "2026-01-31T12:00:00.000Z", "2 CPUs", 7, {}}, trials));
  std::vector<std::string> names;
  int tests = 0;
  for (const pugi::xml_node suite : junit.root().children("testsuite")) {
    names.emplace_back(suite.attribute("name").value());
    tests += suite.attribute("tests").as_int();
  }
  CHECK(names == std::vector<std::string>{"a on stacked, trial 1", "a on stacked, trial 2", "b on nginx, trial 1"});
  CHECK(junit.root().attribute("tests").as_int() == tests);
  CHECK(junit.root().attribute("errors").as_int() == 1);
  CHECK(junit.root().attribute("failures").as_int() > 0);
  // Trials of one scenario are told apart by who reads only testcases.
  CHECK(std::string(junit.suite().child("testcase").attribute("classname").value()) == "hadrill.stacked.a.trial-1");
}

TEST_CASE("a trial's testsuite in a suite has what the run's own has") {
  const SuiteFacts facts{"s", "2026-01-31T12:00:00.000Z", "2 CPUs", 7, {}};
  const RunRecord record = failover_run();
  const Document own = document_of(record);
  const Document junit(suite_junit_xml(facts, {trial_of(record)}));
  REQUIRE_FALSE(std::string(own.suite().attribute("timestamp").value()).empty());
  CHECK(std::string(junit.suite().attribute("timestamp").value()) == own.suite().attribute("timestamp").value());
  CHECK(std::string(junit.suite().attribute("time").value()) == own.suite().attribute("time").value());
  CHECK(junit.root().attribute("time").as_double() > 0);
  CHECK(junit.suite().attribute("tests").as_int() == own.suite().attribute("tests").as_int());
  for (const char* name : {"scenario", "topology", "seed", "verdict", "exitCode", "calibration"}) {
    INFO(name);
    CHECK_FALSE(own.property(name).empty());
    CHECK(junit.property(name) == own.property(name));
  }
  CHECK(junit.property("kubernetes") == own.property("kubernetes"));
  CHECK(junit.property("suite") == "s");
  CHECK(junit.property("directory") == "runs/x");
  // A trial that did not begin has the little there is to know.
  const Document none(suite_junit_xml(facts, {{"b", "nginx", 1, {}, {}, std::nullopt, "no engine"}}));
  CHECK(none.property("exitCode") == "5");
  CHECK(none.property("verdict") == "error");
}

TEST_CASE("a step that was not reached is skipped in the suite's document as well") {
  RunRecord record = kill_run(900ms);
  const Verdict verdict = judge(record);
  InjectStep second;
  second.id = "second";
  record.scenario.method.emplace_back(second);
  const SuiteTrial trial{"a", "stacked", 1, {}, "runs/a", verdict, {}, junit_suite(verdict, record)};
  const Document junit(suite_junit_xml({"s", "", "", 7, {}}, {trial}));
  CHECK(junit.find("phase fault.second").child("skipped"));
  CHECK(junit.root().attribute("skipped").as_int() == 1);
}

TEST_CASE("a known-bad control that failed is green, and red when it passed") {
  const SuiteFacts facts{"s", "", "", 7, {}};
  const SuiteTrial control = trial_of(kill_run(4s), kControl);
  REQUIRE(control.verdict->judgement == Judgement::fail);
  const Document good(suite_junit_xml(facts, {control}));
  CHECK(good.root().attribute("failures").as_int() == 0);
  CHECK(good.root().attribute("errors").as_int() == 0);
  CHECK(good.root().attribute("tests").as_int() == 2);
  CHECK(good.find("cleanup"));
  const Document bad(suite_junit_xml(facts, {trial_of(kill_run(900ms), kControl)}));
  CHECK(bad.root().attribute("failures").as_int() == 1);
  CHECK(std::string(bad.find("known-bad control").child("failure").text().get()).find("cannot be trusted") !=
        std::string::npos);
}

TEST_CASE("a known-bad control that failed by something else is red, and says by what") {
  const SuiteFacts facts{"s", "", "", 7, {}};
  const std::vector<std::string> others{"api.read.new.longest_outage", "api.read.new.total_outage",
                                        "api.read.new.availability"};
  SuiteTrial control = trial_of(kill_run(4s), {true, {"api.longest_outage"}, others});
  REQUIRE(control.verdict->judgement == Judgement::fail);
  const Document right(suite_junit_xml(facts, {control}));
  CHECK(right.root().attribute("failures").as_int() == 0);
  CHECK(right.property("expected") == "fail of api.longest_outage");
  control.expected.must = {"identities"};
  const Document wrong(suite_junit_xml(facts, {control}));
  CHECK(wrong.root().attribute("failures").as_int() == 1);
  const std::string text = wrong.find("known-bad control").child("failure").text().get();
  CHECK(text.find("identities was not looked at, and has to be fail") != std::string::npos);
  CHECK(text.find("api.longest_outage is fail, and may not be") != std::string::npos);
  CHECK(text.find("cannot be trusted") != std::string::npos);
}

TEST_CASE("a known-bad control that failed and left something behind says just that") {
  SuiteTrial control = trial_of(kill_run(4s), kControl);
  control.verdict->cleanup_incomplete = true;
  control.junit->cases = junit_cases(*control.verdict);
  CHECK_FALSE(control.good());
  const SuiteFacts facts{"s", "", "", 7, {}};
  const Document left(suite_junit_xml(facts, {control}));
  const pugi::xml_node judged = left.find("known-bad control");
  REQUIRE(judged);
  CHECK_FALSE(judged.child("failure"));
  CHECK_FALSE(judged.child("error"));
  CHECK(std::string(left.find("cleanup").child("error").attribute("type").value()) == "cleanup incomplete");
  CHECK(left.root().attribute("failures").as_int() == 0);
  CHECK(left.root().attribute("errors").as_int() == 1);
}

TEST_CASE("a known-bad control that says nothing is no proof that the instrument is blind") {
  const SuiteFacts facts{"s", "", "", 7, {}};
  for (const auto& [judgement, element] :
       {std::pair{Judgement::inconclusive, "failure"}, std::pair{Judgement::error, "error"},
        std::pair{Judgement::aborted, "error"}}) {
    SuiteTrial control = trial_of(kill_run(4s), kControl);
    control.verdict->judgement = judgement;
    const Document junit(suite_junit_xml(facts, {control}));
    const pugi::xml_node trouble = junit.find("known-bad control").child(element);
    REQUIRE(trouble);
    CHECK(std::string(trouble.attribute("type").value()) == to_string(judgement));
    CHECK(std::string(trouble.text().get()).find("does not tell") != std::string::npos);
  }
}
