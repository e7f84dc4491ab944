// What is written obeys the schemas that are shipped, and the schemas refuse what is wrong.
#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "report/report.hpp"
#include "report/suite_report.hpp"
#include "runs.hpp"
#include "support/schema_file.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

Json line_of(const Event& event) {
  Json line = {{"v", 1}, {"t", event.at.ns}, {"type", event.type}};
  for (const auto& [key, value] : event.data.items()) line[key] = value;
  return line;
}

}  // namespace

TEST_CASE("a suite's report obeys suite.schema.json") {
  const SchemaFile schema("suite.schema.json");
  std::vector<SuiteTrial> trials{
      {"unbegun", "stacked", 1, {true, {"identities"}, {"a.availability"}}, {}, std::nullopt, "no engine"}};
  for (const auto& [name, record] : golden_runs())
    trials.push_back({name, "stacked", 1, {}, "runs/" + name, judge(record), {}});
  SuiteFacts facts{"s", "2026-01-31T12:00:00.000Z", "2 CPUs", 7};
  CHECK(schema.complaint(suite_json(facts, trials)) == "");
  facts.ended_utc = "2026-01-31T12:28:03.900Z";
  facts.took = 28min;
  const Json report = suite_json(facts, trials);
  CHECK(schema.complaint(report) == "");
  Json wrong = report;
  wrong["durationSeconds"] = -1;
  CHECK(schema.complaint(wrong) != "");
  wrong = report;
  wrong["rows"][0].erase("worst");
  CHECK(schema.complaint(wrong) != "");
}

TEST_CASE("every verdict obeys verdict.schema.json") {
  const SchemaFile schema("verdict.schema.json");
  for (const auto& [name, record] : golden_runs()) {
    INFO(name);
    CHECK(schema.complaint(verdict_json(judge(record), record)) == "");
  }
  CHECK(schema.complaint(verdict_json(judge({}), {})) == "");
}

TEST_CASE("a verdict with a hypothesis obeys verdict.schema.json, whatever became of it") {
  const SchemaFile schema("verdict.schema.json");
  for (const std::optional<Duration> expected :
       {std::optional<Duration>(5s), std::optional<Duration>(1ms), std::optional<Duration>()}) {
    RunRecord record = kill_run(900ms);
    add_event(record, kStart, event_type::hypothesis, hypothesis_data({"words", expected}));
    Json json = verdict_json(judge(record), record);
    CHECK(schema.complaint(json) == "");
    REQUIRE(json.contains("hypothesis"));
    json["hypothesis"]["held"] = "perhaps";
    CHECK(schema.complaint(json) != "");
  }
}

TEST_CASE("verdict.schema.json refuses what is wrong") {
  const SchemaFile schema("verdict.schema.json");
  const RunRecord record = kill_run(900ms);
  const Json good = verdict_json(judge(record), record);
  for (const auto& [key, value] : good.items()) {
    Json bad = good;
    bad.erase(key);
    INFO("without " << key);
    CHECK(schema.complaint(bad) != "");
  }
  Json bad = good;
  bad["verdict"] = "fine";
  CHECK(schema.complaint(bad) != "");
  bad = good;
  bad["surplus"] = 1;
  CHECK(schema.complaint(bad) != "");
  bad = good;
  bad["probers"][0]["summary"]["longestOutage"]["lowerNs"] = nullptr;
  CHECK(schema.complaint(bad) != "");
  bad = good;
  bad["verdict"] = "not owed";  // a finding can be, a run cannot
  CHECK(schema.complaint(bad) != "");
  bad = good;
  bad["api"]["outages"][0]["attribution"]["to"] = "somebody";
  CHECK(schema.complaint(bad) != "");
  bad = good;
  bad["times"]["course"][0].erase("source");
  CHECK(schema.complaint(bad) != "");
  const RunRecord bounded = bounded_run();
  bad = verdict_json(judge(bounded), bounded);
  REQUIRE(bad["findings"][0].contains("bound"));
  bad["findings"][0]["bound"]["inputs"][0]["origin"] = "guessed";
  CHECK(schema.complaint(bad) != "");
}

TEST_CASE("every event obeys event.schema.json") {
  const SchemaFile schema("event.schema.json");
  std::vector<Event> events;
  for (const auto& [name, record] : golden_runs()) {
    for (const Event& event : record.events.events) {
      if (event.type == event_type::heal_proven || event.type == event_type::probers_stopped)
        continue;  // abridged there
      events.push_back(event);
    }
  }
  events.push_back({{1}, event_type::heal_proven, {{"step", "kill"}, {"target", target()}, {"proof", Json::object()}}});
  events.push_back({{1}, event_type::heal_unproven, {{"step", "kill"}, {"target", target()}, {"reason", "no"}}});
  events.push_back({{1}, event_type::probers_stopped, {{"cpuSeconds", 0.5}, {"maxRssKib", 1024}}});
  events.push_back({{1}, event_type::failed, {{"kind", "usage"}, {"where", "w"}, {"message", "m"}}});
  events.push_back({{1}, event_type::detected, {{"component", "etcd"}, {"what", "no leader"}, {"notBeforeNs", 0}}});
  events.push_back({{1}, event_type::useful_work, {{"component", "kube-scheduler"}, {"holder", "cp2"}}});
  events.push_back({{1}, event_type::repaired, {{"role", "etcd"}, {"node", "cp1"}}});
  events.push_back({{1}, event_type::clock_stepped, {{"byNs", -1}}});
  events.push_back({{1}, event_type::hypothesis, hypothesis_data({"writes stall", 5s})});
  events.push_back({{1}, event_type::hypothesis, hypothesis_data({"", std::nullopt})});
  events.push_back({{1},
                    event_type::healed_by_hand,
                    {{"beganNs", 1}, {"undone", Json::array({"cut"})}, {"skipped", Json::array()}}});
  events.push_back({{1}, event_type::vantage_lost, {{"node", "w1"}, {"reason", "channel closed"}}});
  events.push_back({{1}, event_type::vantage_reopened, {{"node", "w1"}}});
  events.push_back({{1}, event_type::checks_changed, {{"prober", "api.ready.cp1"}, {"failing", ""}}});
  const Json logged = {{"node", "cp1"}, {"member", "27"}, {"term", 3}, {"atNs", -5}, {"uncertaintyNs", 1'000'000}};
  for (const Json& what : {Json({{"what", "leads"}}), Json({{"what", "lost"}, {"leader", "10"}})}) {
    events.push_back({{1}, event_type::etcd_logged, logged});
    events.back().data.update(what);
  }
  for (const Event& event : events) {
    INFO(line_of(event).dump());
    CHECK(schema.complaint(line_of(event)) == "");
  }
}

TEST_CASE("event.schema.json refuses what is wrong") {
  const SchemaFile schema("event.schema.json");
  CHECK(schema.complaint({{"v", 1}, {"t", 1}, {"type", "no.such.event"}}) != "");
  CHECK(schema.complaint({{"v", 2}, {"t", 1}, {"type", "run.finished"}}) != "");
  CHECK(schema.complaint({{"v", 1}, {"t", 1}, {"type", "fault.proven"}, {"step", "kill"}}) != "");
  CHECK(schema.complaint({{"v", 1}, {"type", "run.finished"}}) != "");
  CHECK(schema.complaint({{"v", 1}, {"t", 1}, {"type", "drill.hypothesis"}, {"expectedNs", 5}}) != "");
  CHECK(schema.complaint({{"v", 1}, {"t", 1}, {"type", "drill.healed_by_hand"}, {"beganNs", 1}}) != "");
  CHECK(schema.complaint({{"v", 1}, {"t", 1}, {"type", "component.detected"}, {"component", "etcd"}}) != "");
  CHECK(schema.complaint({{"v", 1}, {"t", 1}, {"type", "instance.repaired"}, {"role", "etcd"}}) != "");
  CHECK(schema.complaint({{"v", 1}, {"t", 1}, {"type", "clock.stepped"}, {"byNs", 0.5}}) != "");
  CHECK(schema.complaint({{"v", 1}, {"t", 1}, {"type", "etcd.logged"}, {"node", "cp1"}, {"what", "leads"}}) != "");
  CHECK(schema.complaint({{"v", 1}, {"t", 1}, {"type", "flags.read"}, {"version", "v1.37.2"}}) != "");
}

TEST_CASE("environment.schema.json: a calibration is known or is not, nothing in between") {
  const SchemaFile schema("environment.schema.json");
  const auto text = read_file(std::filesystem::path(HADRILL_SOURCE_DIR) / "reports/sample/environment.json");
  Json environment = *parse_json(*text, "environment.json");
  environment["calibration"] = nullptr;
  CHECK(schema.complaint(environment) == "");
  environment["calibration"] = {{"errorNs", 24'000'000}, {"at", "2027-01-15T07:00:00.000Z"}};
  CHECK(schema.complaint(environment) == "");
  environment["calibration"] = {{"errorNs", nullptr}, {"at", "2027-01-15T07:00:00.000Z"}};
  CHECK(schema.complaint(environment) != "");
}

TEST_CASE("the sample report, taken from a real run, obeys every schema") {
  const auto sample = [](const char* name) {
    return *read_file(std::filesystem::path(HADRILL_SOURCE_DIR) / "reports/sample" / name);
  };
  CHECK(SchemaFile("verdict.schema.json").complaint(*parse_json(sample("verdict.json"), "verdict.json")) == "");
  CHECK(SchemaFile("environment.schema.json").complaint(*parse_json(sample("environment.json"), "environment.json")) ==
        "");
  const SchemaFile events("event.schema.json");
  const auto log = parse_events(sample("events.jsonl"), "events.jsonl");
  REQUIRE(log.ok());
  CHECK(log->events.size() > 10);
  for (const Event& event : log->events) CHECK(events.complaint(line_of(event)) == "");
}

TEST_CASE("environment.schema.json takes a calibration") {
  const SchemaFile schema("environment.schema.json");
  Json environment = *parse_json(
      *read_file(std::filesystem::path(HADRILL_SOURCE_DIR) / "reports/sample/environment.json"), "environment.json");
  environment["calibration"] = {{"errorNs", 24'000'000}, {"at", "2027-01-15T08:00:00.000Z"}};
  CHECK(schema.complaint(environment) == "");
  environment["calibration"]["errorNs"] = -1;
  CHECK(schema.complaint(environment) != "");
}

TEST_CASE("environment.schema.json refuses what could hold a secret") {
  const SchemaFile schema("environment.schema.json");
  Json bad = *parse_json(*read_file(std::filesystem::path(HADRILL_SOURCE_DIR) / "reports/sample/environment.json"),
                         "environment.json");
  bad["clientKey"] = "x";
  CHECK(schema.complaint(bad) != "");
}
