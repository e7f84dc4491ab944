#include "check/hypothesis.hpp"

#include <catch2/catch.hpp>

#include "check/history.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

RunRecord expecting(RunRecord record, std::optional<Duration> expected) {
  add_event(record, kStart - Duration(900ms), event_type::hypothesis, hypothesis_data({"nothing much", expected}));
  return record;
}

HypothesisResult result_of(const RunRecord& record) {
  const Verdict verdict = judge(record);
  REQUIRE(verdict.hypothesis);
  return *verdict.hypothesis;
}

}  // namespace

TEST_CASE("nobody said anything, nothing is said about it") { CHECK_FALSE(judge(run_with(all_good())).hypothesis); }

TEST_CASE("a hypothesis holds when no outage can have been longer, and does not when one was") {
  const RunRecord second = run_with(down(kT0, kT0 + Duration(1s)));  // 0.9 s to 1.1 s
  CHECK(result_of(expecting(second, 2s)).held == Held::held);
  CHECK(result_of(expecting(second, 1100ms)).held == Held::held);
  CHECK(result_of(expecting(second, 500ms)).held == Held::not_held);
  const HypothesisResult between = result_of(expecting(second, 1s));
  CHECK(between.held == Held::cannot_tell);
  CHECK(between.reason == "the measurement does not decide");
  CHECK(between.of == "api, behind the load balancer");
}

TEST_CASE("expecting no outage at all") {
  CHECK(result_of(expecting(run_with(all_good()), 0s)).held == Held::held);
  CHECK(result_of(expecting(run_with(down(kT0, kT0 + Duration(50ms))), 0s)).held == Held::not_held);
}

TEST_CASE("users are all user-facing probers, not only those behind the load balancer of the API") {
  RunRecord record = run_with(all_good());
  add_prober(record, prober_info("web", 100ms, "node-load-balancer"), down(kT0, kT0 + Duration(3s)));
  const HypothesisResult result = result_of(expecting(record, 1s));
  CHECK(result.held == Held::not_held);
  CHECK(result.of == "web");
  CHECK(result.measured->lower == 2900ms);
}

TEST_CASE("words without a number are for people to compare") {
  const HypothesisResult result = result_of(expecting(run_with(all_good()), std::nullopt));
  CHECK(result.held == Held::cannot_tell);
  CHECK(result.said.text == "nothing much");
  CHECK(result.measured);
}

TEST_CASE("a run that was stopped, cut short or proves nothing confirms nothing") {
  RunRecord stopped = run_with(all_good());
  drop_events(stopped, event_type::run_finished);
  drop_events(stopped, event_type::observe_ended);
  add_event(stopped, kEnd, event_type::interrupted, {{"signals", 1}});
  CHECK(result_of(expecting(stopped, 5s)).reason == "the run was stopped before its end");

  RunRecord by_hand = run_with(all_good());
  add_event(by_hand, kT0 + Duration(2s), event_type::healed_by_hand, Json::object());
  CHECK(result_of(expecting(by_hand, 5s)).reason == "the fault was ended by hand");

  RunRecord unproven = run_with(all_good());
  drop_events(unproven, event_type::fault_proven);
  CHECK(result_of(expecting(unproven, 5s)).held == Held::cannot_tell);
}

TEST_CASE("an outage that was too long was too long even when the run was stopped after it") {
  RunRecord stopped = run_with(down(kT0, kT0 + Duration(8s)));
  drop_events(stopped, event_type::run_finished);
  drop_events(stopped, event_type::observe_ended);
  add_event(stopped, kEnd, event_type::interrupted, {{"signals", 1}});
  CHECK(result_of(expecting(stopped, 5s)).held == Held::not_held);
}
