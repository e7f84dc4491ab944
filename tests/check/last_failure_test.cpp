// Until the fault hurts nobody any more: the last failure before anything was healed.
#include <catch2/catch.hpp>

#include "history.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

Instant after_t0(Duration since) { return kT0 + since; }

Bounds last_failure(const RunRecord& record) {
  const Verdict verdict = judge(record);
  REQUIRE(verdict.probers.at(0).last_failure);
  return *verdict.probers.at(0).last_failure;
}

/// One request in three is sent to what is lost until `until`.
World one_in_three(Instant until) {
  return [until](Instant sent) {
    const bool lost = sent >= kT0 && sent < until && (sent.ns / 100'000'000) % 3 == 0;
    return lost ? Fate{Outcome::refused, 1ms} : Fate{};
  };
}

Slo last_failure_within(Duration budget) {
  return slo(SliRef::Kind::last_failure, "api.read.new", "api.read.new.last_failure", budget);
}

}  // namespace

TEST_CASE("where nothing failed the last failure is at T0") {
  CHECK(last_failure(run_with(all_good())) == Bounds{0s, Duration(0s)});
}

TEST_CASE("the last failure lies between the last bad sample and the next good one") {
  CHECK(last_failure(run_with(down(after_t0(50ms), after_t0(1250ms)))) == Bounds{1199ms, Duration(1300ms)});
  // However long the good stretches before it: T3 is over by then.
  const World twice = both(down(after_t0(50ms), after_t0(1250ms)), down(after_t0(9950ms), after_t0(10050ms)));
  const Verdict verdict = judge(run_with(twice));
  CHECK(verdict.probers.at(0).last_failure == Bounds{9999ms, Duration(10100ms)});
  CHECK(verdict.probers.at(0).failover == Bounds{1199ms, Duration(1300ms)});
}

TEST_CASE("what is bad to the end has no last failure") {
  const Bounds last = last_failure(run_with(down(after_t0(50ms), kEnd + Duration(9s))));
  CHECK(last.lower == 29899ms);
  CHECK_FALSE(last.upper);
}

TEST_CASE("what fails after something was healed is not the last failure") {
  const World world = both(down(after_t0(50ms), after_t0(550ms)), down(after_t0(20s), after_t0(21s)));
  RunRecord record = run_with(world);
  CHECK(last_failure(record).lower > 20s);
  // Observing ended, then it was healed; the proof of that comes when the node is back.
  add_event(record, after_t0(15s), event_type::observe_ended, {{"step", "watch"}});
  add_event(record, after_t0(22s), event_type::heal_proven, {{"step", "kill"}, {"target", target()}});
  const auto in_time = [](const Event& a, const Event& b) { return a.at < b.at; };
  std::stable_sort(record.events.events.begin(), record.events.events.end(), in_time);
  CHECK(last_failure(record) == Bounds{499ms, Duration(600ms)});
  // A proof that says when it was healed says so more exactly.
  for (Event& event : record.events.events) {
    if (event.type == event_type::heal_proven) event.data["proof"] = {{"healedLowerNs", after_t0(300ms).ns}};
  }
  CHECK(last_failure(record) == Bounds{199ms, Duration(600ms)});
}

TEST_CASE("a way that is never taken away fails its SLO, though no outage is long") {
  const auto judged = [](Instant until) {
    RunRecord record = run_with(one_in_three(until));
    record.scenario.slos = {last_failure_within(5s),
                            slo(SliRef::Kind::longest_outage, "api.read.new", "api.read.new.longest_outage", 1s)};
    return judge(record);
  };
  const Verdict good = judged(after_t0(3s));
  CHECK(finding(good, "api.read.new.last_failure").judgement == Judgement::pass);
  const Verdict never = judged(kEnd + Duration(9s));
  CHECK(finding(never, "api.read.new.longest_outage").judgement == Judgement::pass);
  CHECK(finding(never, "api.read.new.last_failure").judgement == Judgement::fail);
}

TEST_CASE("api: the prober that failed last") {
  RunRecord record = run_with(down(after_t0(50ms), after_t0(1050ms)));
  add_prober(record, prober_info("api.write"), down(after_t0(50ms), after_t0(4050ms)));
  record.scenario.slos = {slo(SliRef::Kind::last_failure, "api", "api.last_failure", 5s)};
  CHECK(finding(judge(record), "api.last_failure").time == Bounds{3999ms, Duration(4100ms)});
}
