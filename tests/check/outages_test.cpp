// Exact numbers: what a given history of samples is worth. Slots are at whole tenths of a second.
#include "check/outages.hpp"

#include <catch2/catch.hpp>

#include "history.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

Instant after_t0(Duration since) { return kT0 + since; }

Bounds from_to(Duration lower, std::optional<Duration> upper) { return {lower, upper}; }

}  // namespace

TEST_CASE("nothing bad is an outage of zero") {
  const Verdict verdict = judge(run_with(all_good()));
  CHECK(verdict.judgement == Judgement::pass);
  const ProberResult& prober = verdict.probers.at(0);
  CHECK(prober.outages.empty());
  CHECK(prober.summary.longest == from_to(0s, Duration(0s)));
  CHECK(prober.summary.total == from_to(0s, Duration(0s)));
  CHECK(prober.summary.availability == ShareBounds{1, 1});
  CHECK_FALSE(prober.impact);
  CHECK_FALSE(prober.failover);
  CHECK_FALSE(verdict.times.impact);
  CHECK(prober.planned == 400);
  CHECK(prober.recorded == 401);    // slots at both ends of the window
  CHECK(prober.baseline_ok == 90);  // from the start of the steady state, 1 s after the probers'
  CHECK(prober.n == 301);
}

TEST_CASE("an outage lies between its bad samples and the good ones around them") {
  // Bad slots: 0.1 to 1.2 s, that is 12; the outage began after 0.0 and ended by 1.3.
  const Verdict verdict = judge(run_with(down(after_t0(50ms), after_t0(1250ms))));
  const ProberResult& prober = verdict.probers.at(0);
  REQUIRE(prober.outages.size() == 1);
  CHECK(prober.outages[0].first_bad == after_t0(100ms));
  CHECK(prober.outages[0].last_bad == after_t0(1200ms));
  CHECK(prober.outages[0].bad == 12);
  CHECK(prober.outages[0].length == from_to(1100ms, Duration(1300ms)));
  CHECK(prober.summary.longest == from_to(1100ms, Duration(1300ms)));
  CHECK(prober.summary.availability.lower == Approx(1 - 1.3 / 30));
  CHECK(prober.summary.availability.upper == Approx(1 - 1.1 / 30));
  CHECK(prober.impact == after_t0(100ms));
  CHECK(prober.count(Outcome::refused) == 12);
  // From the last bad sample, counted from the latest T0, to the first good one, counted from the earliest.
  CHECK(prober.failover == from_to(1199ms, Duration(1300ms)));
  CHECK(verdict.judgement == Judgement::pass);
}

TEST_CASE("a single bad sample proves no length, but up to two periods are possible") {
  const Verdict verdict = judge(run_with(down(after_t0(450ms), after_t0(550ms))));
  CHECK(verdict.probers.at(0).summary.longest == from_to(0s, Duration(200ms)));
  CHECK(verdict.probers.at(0).summary.bad == 1);
}

TEST_CASE("two outages: the longest is one of them, the total is both") {
  const Verdict verdict = judge(run_with(both(down(after_t0(1s), after_t0(1500ms)), down(after_t0(3s), after_t0(4s)))));
  const OutageSummary& summary = verdict.probers.at(0).summary;
  CHECK(verdict.probers.at(0).outages.size() == 2);
  CHECK(summary.longest == from_to(900ms, Duration(1100ms)));
  CHECK(summary.total == from_to(1300ms, Duration(1700ms)));
}

TEST_CASE("one good sample between two outages keeps them apart") {
  const Verdict verdict =
      judge(run_with(both(down(after_t0(1s), after_t0(1500ms)), down(after_t0(1600ms), after_t0(2s)))));
  CHECK(verdict.probers.at(0).outages.size() == 2);
  // 0.9 to 1.5 and 1.5 to 2.0: they touch at the good sample.
  CHECK(verdict.probers.at(0).summary.longest == from_to(400ms, Duration(600ms)));
}

TEST_CASE("everything down from the fault on has no end") {
  const Verdict verdict = judge(run_with(down(kT0, kEnd + Duration(9s))));
  const ProberResult& prober = verdict.probers.at(0);
  CHECK(prober.summary.longest == from_to(30s, std::nullopt));
  CHECK(prober.summary.total == from_to(30s, std::nullopt));
  CHECK(prober.summary.availability == ShareBounds{0, 0});
  CHECK(prober.failover == from_to(29999ms, std::nullopt));
  CHECK(verdict.judgement == Judgement::fail);
}

TEST_CASE("an outage that reaches the end of the window is never a pass, even a short one") {
  const Verdict verdict = judge(run_with(down(kEnd - Duration(250ms), kEnd + Duration(9s))));
  CHECK(verdict.probers.at(0).summary.longest == from_to(200ms, std::nullopt));
  CHECK(finding(verdict, "api.read.new.longest_outage").judgement == Judgement::inconclusive);
  CHECK(verdict.judgement == Judgement::inconclusive);
}

TEST_CASE("samples after the window do not count") {
  const Verdict verdict = judge(run_with(down(kEnd + Duration(1ms), kEnd + Duration(9s))));
  CHECK(verdict.probers.at(0).outages.empty());
  CHECK(verdict.judgement == Judgement::pass);
}

TEST_CASE("slow answers count as down and as late successes") {
  const Verdict verdict = judge(run_with(down(after_t0(1s), after_t0(1500ms), {Outcome::slow, 1200ms})));
  const ProberResult& prober = verdict.probers.at(0);
  CHECK(prober.count(Outcome::slow) == 5);
  CHECK(prober.summary.longest == from_to(400ms, Duration(600ms)));
}

TEST_CASE("unsent slots count as down at their planned instant") {
  const Verdict verdict = judge(run_with(down(after_t0(1s), after_t0(1500ms), {Outcome::unsent, 0ns})));
  CHECK(verdict.probers.at(0).summary.longest == from_to(400ms, Duration(600ms)));
  CHECK(verdict.probers.at(0).count(Outcome::unsent) == 5);
  CHECK(finding(verdict, "coverage").judgement == Judgement::pass);
}

TEST_CASE("overlapping time-outs are bad when they were sent, not when they ended") {
  const Verdict verdict = judge(run_with(down(after_t0(1s), after_t0(2s), {Outcome::timeout, 10s})));
  CHECK(verdict.probers.at(0).summary.longest == from_to(900ms, Duration(1100ms)));
}

TEST_CASE("samples may be recorded in any order") {
  RunRecord record = run_with(down(after_t0(50ms), after_t0(1250ms)));
  const Verdict ordered = judge(record);
  std::reverse(record.samples.samples.begin(), record.samples.samples.end());
  CHECK(judge(record).probers.at(0).summary.longest == ordered.probers.at(0).summary.longest);
}

TEST_CASE("aborted requests say nothing") {
  RunRecord record = run_with(all_good());
  for (Sample& sample : record.samples.samples) {
    if (sample.scheduled > kEnd - Duration(250ms)) sample.outcome = Outcome::aborted;
  }
  const Verdict verdict = judge(record);
  CHECK(verdict.probers.at(0).outages.empty());
  CHECK(verdict.judgement == Judgement::pass);
}

TEST_CASE("what a vantage point did not see is as unknown as what was never recorded") {
  RunRecord unseen = run_with(all_good());
  RunRecord missing = unseen;
  const auto within = [](const Sample& sample) {
    return sample.scheduled > kT0 + Duration(1s) && sample.scheduled < kT0 + Duration(2s);
  };
  for (Sample& sample : unseen.samples.samples) {
    if (within(sample)) sample.outcome = Outcome::blind;
  }
  drop(missing, within);
  const ProberResult prober = judge(unseen).probers.at(0);
  CHECK(prober.unknown == 1s);
  CHECK(prober.outages.empty());
  CHECK(prober.recorded == judge(missing).probers.at(0).recorded);
  CHECK(prober.summary.longest == from_to(0s, Duration(1s)));
}

TEST_CASE("missing slots are unknown time: possible, not proven") {
  RunRecord record = run_with(all_good());
  drop(record, [](const Sample& sample) {
    return sample.scheduled > kT0 + Duration(1s) && sample.scheduled < kT0 + Duration(2s);
  });
  const ProberResult prober = judge(record).probers.at(0);
  CHECK(prober.unknown == 1s);
  CHECK(prober.summary.longest == from_to(0s, Duration(1s)));
  CHECK(prober.outages.empty());
}

TEST_CASE("a few missing slots are within the ordinary distance of samples") {
  RunRecord record = run_with(all_good());
  drop(record, [](const Sample& sample) {
    return sample.scheduled > kT0 + Duration(1s) && sample.scheduled < kT0 + Duration(1400ms);
  });
  CHECK(judge(record).probers.at(0).unknown == 0s);
}

TEST_CASE("a gap within an outage is not proven down") {
  RunRecord record = run_with(down(after_t0(1s), after_t0(4s)));
  drop(record, [](const Sample& sample) {
    return sample.scheduled > kT0 + Duration(2s) && sample.scheduled < kT0 + Duration(3s);
  });
  const ProberResult prober = judge(record).probers.at(0);
  REQUIRE(prober.outages.size() == 1);
  CHECK(prober.summary.longest == from_to(1s, Duration(3100ms)));
  CHECK(prober.summary.total == from_to(1900ms, Duration(3100ms)));
}

TEST_CASE("a gap at the end of the window may hide anything") {
  RunRecord record = run_with(all_good());
  drop(record, [](const Sample& sample) { return sample.scheduled > kEnd - Duration(1s); });
  const Verdict verdict = judge(record);
  CHECK(verdict.probers.at(0).summary.longest == from_to(0s, std::nullopt));
  CHECK(verdict.probers.at(0).unknown == 1s);
  CHECK(finding(verdict, "api.read.new.longest_outage").judgement == Judgement::inconclusive);
}

TEST_CASE("without a good sample before it, an outage has no known beginning") {
  const Verdict verdict = judge(run_with(down(kStart, after_t0(1s))));
  CHECK(verdict.probers.at(0).summary.longest.upper == std::nullopt);
  CHECK(finding(verdict, "coverage").judgement == Judgement::error);
}

TEST_CASE("a request in flight at T0 is the fault's, one that had failed before is not") {
  const ProberInfo prober = prober_info("p");
  Sample sample;
  sample.outcome = Outcome::reset;
  sample.scheduled = sample.sent = kT0 - Duration(500ms);
  sample.done = kT0 + Duration(1ms);
  CHECK_FALSE(known_before(sample, prober, kT0));
  sample.done = kT0 - Duration(1ms);
  CHECK(known_before(sample, prober, kT0));
  sample.outcome = Outcome::timeout;  // overdue before the fault
  sample.scheduled = sample.sent = kT0 - Duration(1100ms);
  sample.done = kT0 + Duration(8900ms);
  CHECK(known_before(sample, prober, kT0));
}

TEST_CASE("an outage from before the fault is charged to the fault only from T0 on") {
  const Verdict verdict = judge(run_with(down(kT0 - Duration(3s), after_t0(1s))));
  // Refused at once, so all before T0 was known before it; proven from slot 0.0 to 0.9; possible from the good one at
  // -3.1.
  CHECK(verdict.probers.at(0).summary.longest == from_to(900ms, Duration(4100ms)));
  CHECK(verdict.probers.at(0).baseline_bad == 30);
  CHECK(finding(verdict, "baseline").judgement == Judgement::inconclusive);
}

TEST_CASE("an outage that was over before the fault is the baseline's") {
  const Verdict verdict = judge(run_with(down(kT0 - Duration(3s), kT0 - Duration(2s))));
  CHECK(verdict.probers.at(0).outages.empty());
  CHECK(verdict.judgement == Judgement::inconclusive);
  CHECK(finding(verdict, "baseline").text.find("api.read.new: 10 of 90") != std::string::npos);
}

TEST_CASE("what goes wrong while the fault is prepared is neither the baseline's nor the fault's, and is told") {
  RunRecord record = run_with(down(kT0 - Duration(2s), kT0 - Duration(1s)));
  prepare_from(record, kT0 - Duration(2500ms));
  const Verdict verdict = judge(record);
  const ProberResult& prober = verdict.probers.at(0);
  CHECK(prober.outages.empty());
  CHECK(prober.preparation_bad == 10);
  CHECK(prober.baseline_bad == 0);
  CHECK(prober.baseline_ok == 65);  // slots of 1 s to 7.4 s after the start; that of 7.5 s was answered later
  CHECK(finding(verdict, "baseline").judgement == Judgement::pass);
  REQUIRE_FALSE(verdict.notes.empty());
  CHECK(verdict.notes.front() ==
        "bad samples in the 2.500 s in which the fault was prepared, before T0: api.read.new: 10");
}

TEST_CASE("what was bad before the preparation began stays the baseline's") {
  RunRecord record = run_with(down(kT0 - Duration(3s), kT0 - Duration(2s)));
  prepare_from(record, kT0 - Duration(2500ms));
  const Verdict verdict = judge(record);
  CHECK(verdict.probers.at(0).baseline_bad == 5);
  CHECK(verdict.probers.at(0).preparation_bad == 5);
  CHECK(finding(verdict, "baseline").judgement == Judgement::inconclusive);
}

TEST_CASE("a request on its way when the preparation began is not the baseline's, slow as it may have been") {
  RunRecord record = run_with(down(kT0 - Duration(2900ms), kT0 - Duration(2800ms), {Outcome::slow, 1500ms}));
  prepare_from(record, kT0 - Duration(2500ms));
  CHECK(judge(record).probers.at(0).preparation_bad == 1);
}

TEST_CASE("a preparation that is said to begin after T0 ends no baseline later than T0") {
  RunRecord record = run_with(all_good());
  prepare_from(record, kT0 + Duration(5s));
  CHECK(judge(record).probers.at(0).baseline_ok == 90);
}

TEST_CASE("what is bad before the steady state began is warm-up") {
  const Verdict verdict = judge(run_with(down(kStart, kStart + Duration(500ms))));
  CHECK(verdict.probers.at(0).baseline_bad == 0);
  CHECK(verdict.judgement == Judgement::pass);
}

TEST_CASE("merged probers: down when any is") {
  RunRecord record;
  record.scenario = kill_scenario();
  add_prober(record, prober_info("api.read.new"), down(after_t0(950ms), after_t0(1550ms)));
  add_prober(record, prober_info("api.read.reused", 50ms), down(after_t0(1450ms), after_t0(2s)),
             kStart + Duration(10ms));
  add_prober(record, prober_info("api.direct.cp1", 200ms, "each-api-server"), down(kT0, kT0 + Duration(20s)));
  add_events_until_fault(record);
  add_events_until_end(record, 5s);
  const Verdict verdict = judge(record);
  REQUIRE(verdict.api);
  CHECK(verdict.probers.at(0).summary.longest == from_to(500ms, Duration(700ms)));  // 1.0..1.5 of 0.9..1.6
  CHECK(verdict.probers.at(1).summary.longest == from_to(500ms, Duration(600ms)));  // 1.46..1.96 of 1.41..2.01
  CHECK(verdict.api->longest == from_to(960ms, Duration(1110ms)));                  // 1.0..1.96 of 0.9..2.01
  CHECK(verdict.api->total == from_to(960ms, Duration(1110ms)));
  CHECK(verdict.api->bad == 6 + 11);
  CHECK(finding(verdict, "api.longest_outage").time == from_to(960ms, Duration(1110ms)));
  CHECK(verdict.times.impact == kT0);  // the direct prober saw it first
  CHECK_FALSE(verdict.probers.at(2).failover);
}

TEST_CASE("failover needs 20 good samples and 2 s of them") {
  // Down to 1 s, good for 1.9 s (20 samples but too short a time), bad once, good from 3.0 s.
  const Verdict verdict = judge(run_with(both(down(kT0, after_t0(1s)), down(after_t0(2900ms), after_t0(3s)))));
  CHECK(verdict.probers.at(0).failover == from_to(2899ms, Duration(3s)));
}
