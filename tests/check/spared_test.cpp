// What a fault must not do to those it is not aimed at: a leader that stays, nodes that stay Ready, and that anything
// else is found.
#include "check/spared.hpp"

#include <catch2/catch.hpp>

#include "leaders.hpp"
#include "nodes.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

using Kind = SliRef::Kind;

Finding judged(RunRecord record, Kind kind, const std::string& of, const std::string& text) {
  record.scenario.slos = {slo(kind, of, text, Duration::zero())};
  return finding(judge(record), text);
}

Finding others_led(const RunRecord& record, const std::string& of = "controller-manager") {
  return judged(record, Kind::others_led, of, of + ".others_led");
}

Finding others_not_ready(const RunRecord& record) {
  return judged(record, Kind::others_not_ready, "", "nodes.others_not_ready");
}

/// The controller manager on cp1 leads from before T0 to `until`.
RunRecord manager_leads(Duration until) {
  RunRecord record = run_with(all_good());
  begin_observing(record);
  renew_lease(record, 100, "cp1_a", 4, -9s, until);
  return record;
}

/// The target of history.hpp's fault is on cp1; it and two others are Ready.
RunRecord nodes_ready() {
  RunRecord record = run_with(all_good());
  hit_instead(record, "node.kill", Json::array({Json{{"role", "worker"}, {"node", "w1"}, {"leads", false}}}));
  for (const char* name : {"w1", "w2", "w3"}) node_told(record, -9s, name, "True");
  return record;
}

}  // namespace

TEST_CASE("a leader that stays: nobody else led for any time") {
  const Finding kept = others_led(manager_leads(29s));
  CHECK(kept.judgement == Judgement::pass);
  CHECK(kept.time == Bounds{Duration::zero(), Duration::zero()});
}

TEST_CASE("known bad: another one leads from 15 s on, to the end of the window") {
  const Finding missed = others_led(manager_killed());
  CHECK(missed.judgement == Judgement::fail);
  REQUIRE(missed.time);
  // Taken at 15 s and told 20 ms later; the window has 30 s.
  CHECK(missed.time->lower == Duration(14980ms));
  CHECK(missed.time->upper == Duration(15s));
}

TEST_CASE("the leader of before that leads again later does not count, the one between does") {
  RunRecord record = manager_leads(1s);
  const std::int64_t version = renew_lease(record, 200, "cp2_b", 5, 17s, 19s);
  renew_lease(record, version, "cp1_a", 6, 25s, 29s);
  const Finding missed = others_led(record);
  CHECK(missed.judgement == Judgement::fail);
  CHECK(missed.time == Bounds{7980ms, Duration(8020ms)});
}

TEST_CASE("an end of the window that nobody saw proves no leader, and is no pass") {
  const Finding open = others_led(manager_leads(20s));
  CHECK(open.judgement == Judgement::inconclusive);
  REQUIRE(open.time);
  CHECK_FALSE(open.time->upper);
  CHECK(open.text.find("in the last") != std::string::npos);
}

TEST_CASE("who led before T0 was not seen: an error, not nobody") {
  RunRecord record = run_with(all_good());
  begin_observing(record);
  CHECK(others_led(record).judgement == Judgement::error);
  renew_lease(record, 100, "cp1_a", 4, 5s, 29s);
  CHECK(others_led(record).judgement == Judgement::error);
}

TEST_CASE("nodes that no fault hit and that stay Ready; the one that is hit may be lost") {
  RunRecord record = nodes_ready();
  node_told(record, 5s, "w1", "Unknown");
  const Finding kept = others_not_ready(record);
  CHECK(kept.judgement == Judgement::pass);
  CHECK(kept.time == Bounds{Duration::zero(), Duration::zero()});
}

TEST_CASE("known bad: two others are not Ready for a while, one of them to the end") {
  RunRecord record = nodes_ready();
  node_told(record, 5s, "w2", "Unknown");
  node_told(record, 9s, "w2", "True");
  node_told(record, 28s, "w3", "False");
  const Finding missed = others_not_ready(record);
  CHECK(missed.judgement == Judgement::fail);
  CHECK(missed.time == Bounds{6s, Duration(6s)});
  CHECK(missed.text.find("w3") != std::string::npos);
}

TEST_CASE("a watch of nodes that ended early proves nothing, and one that never was is an error") {
  RunRecord record = nodes_ready();
  add_event(record, kT0 + 20s, event_type::workload_stream, {{"of", event_type::node_changed}, {"state", "ended"}});
  const Finding open = others_not_ready(record);
  CHECK(open.judgement == Judgement::inconclusive);
  REQUIRE(open.time);
  CHECK_FALSE(open.time->upper);

  RunRecord blind = nodes_ready();
  drop_events(blind, event_type::node_changed);
  CHECK(others_not_ready(blind).judgement == Judgement::error);
}

TEST_CASE("no flag bounds what a fault must not do") {
  RunRecord record = manager_killed();
  record.scenario.slos = {slo(Kind::others_led, "controller-manager", "controller-manager.others_led", 0s)};
  record.scenario.slos.front().automatic = true;
  CHECK(finding(judge(record), "controller-manager.others_led").judgement == Judgement::error);
}
