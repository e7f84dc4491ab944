// What was broken, as the events tell it.
#include "report/facts.hpp"

#include <catch2/catch.hpp>

#include "check/nodes.hpp"
#include "report/report.hpp"
#include "support/schema_file.hpp"

using namespace hadrill;
using namespace hadrill::test;

TEST_CASE("of two pods of one node each has its own proof") {
  const RunRecord record = two_pods_hit();
  const RunFacts facts = read_facts(record);
  REQUIRE(facts.faults.size() == 2);
  CHECK(to_string(facts.faults[0].target) == "pod shop/web-1 on w");
  CHECK(to_string(facts.faults[1].target) == "pod shop/web-2 on w");
  CHECK(facts.faults[0].t0_lower == kT0);
  CHECK(facts.faults[1].t0_lower == kT0 + Duration(1s));
}

TEST_CASE("a pod without a proof is not given that of its neighbour") {
  RunRecord record = two_pods_hit();
  std::erase_if(record.events.events, [](const Event& event) {
    return event.type == event_type::fault_proven && event.data.at("target") == pod_target("web-2");
  });
  const RunFacts facts = read_facts(record);
  REQUIRE(facts.faults.size() == 2);
  CHECK(facts.faults[0].t0_lower == kT0);
  CHECK_FALSE(facts.faults[1].t0_lower);
}

TEST_CASE("every report names the pods that were hit") {
  const RunRecord record = two_pods_hit();
  const Verdict verdict = judge(record);
  const std::string summary = terminal_summary(verdict, record, false);
  CHECK(summary.find("process.kill of pod shop/web-1 on w (step kill)") != std::string::npos);
  CHECK(summary.find("process.kill of pod shop/web-2 on w (step kill)") != std::string::npos);
  const Json json = verdict_json(verdict, record);
  CHECK(SchemaFile("verdict.schema.json").complaint(json) == "");
  CHECK(json.at("faults").at(0).at("pod") == "shop/web-1");
  CHECK(json.at("faults").at(1).at("pod") == "shop/web-2");
  const RunRecord server = run_with(all_good());
  CHECK_FALSE(verdict_json(judge(server), server).at("faults").at(0).contains("pod"));
}
