// The gate: a harness that was late must not look like a failover defect.
#include "check/validity.hpp"

#include <catch2/catch.hpp>

#include "history.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

/// Delays what is due in [from, to) until `to`, as a harness that was not scheduled does.
void stall(RunRecord& record, Instant from, Instant to) {
  for (Sample& sample : record.samples.samples) {
    if (sample.scheduled < from || sample.scheduled >= to || sample.sent.ns == 0) continue;
    sample.sent = to;
    sample.done = to + Duration(5ms);
  }
}

}  // namespace

TEST_CASE("a punctual harness: every window is valid") {
  RunRecord record = run_with(all_good());
  for (Sample& sample : record.samples.samples) sample.sent = sample.sent + Duration(50ms);
  const Validity validity = judge(record).validity;
  CHECK(validity.windows == 6);  // redundancy is back 5.11 s after T0: seconds 0 to 5
  CHECK(validity.invalid_windows == 0);
  CHECK(validity.max_lateness == 50ms);
  CHECK(validity.p99_lateness == 50ms);
}

TEST_CASE("one late sample makes its second invalid; one of 30 is within what is allowed") {
  RunRecord record = run_with(all_good(), 100s);
  record.scenario.slos.pop_back();
  stall(record, kT0 + Duration(1900ms), kT0 + Duration(1951ms));
  const Verdict verdict = judge(record);
  CHECK(verdict.validity.windows == 30);
  CHECK(verdict.validity.invalid_windows == 1);
  CHECK(verdict.validity.max_lateness == 51ms);
  CHECK(verdict.validity.p99_lateness == 0s);
  CHECK(verdict.judgement == Judgement::pass);
}

TEST_CASE("two of 30 are too many: inconclusive, with the numbers") {
  RunRecord record = run_with(all_good(), 100s);
  record.scenario.slos.pop_back();
  stall(record, kT0 + Duration(1900ms), kT0 + Duration(2100ms));
  const Verdict verdict = judge(record);
  CHECK(verdict.validity.invalid_windows == 2);
  CHECK(verdict.judgement == Judgement::inconclusive);
  CHECK(finding(verdict, "validity").judgement == Judgement::inconclusive);
  CHECK(finding(verdict, "validity").text.find("2 of 30 windows of 1 s invalid (6.7 %, allowed 5 %)") == 0);
  CHECK(finding(verdict, "api.read.new.longest_outage").judgement == Judgement::inconclusive);
}

TEST_CASE("a stalled harness makes no failed SLO out of what it was too late to see") {
  RunRecord record = run_with(down(kT0 + Duration(50ms), kT0 + Duration(4s), {Outcome::slow, 1500ms}));
  CHECK(finding(judge(record), "api.read.new.longest_outage").judgement == Judgement::fail);
  stall(record, kT0, kT0 + Duration(4s));
  const Verdict verdict = judge(record);
  CHECK(finding(verdict, "api.read.new.longest_outage").judgement == Judgement::inconclusive);
  // Slow answers of a late harness prove nothing; the time is only possibly down.
  CHECK(verdict.probers.at(0).summary.longest.lower == 0s);
  CHECK(verdict.probers.at(0).summary.longest.upper.value() >= 4s);
}

TEST_CASE("refused connections are facts however late the harness was") {
  RunRecord record = run_with(down(kT0 + Duration(50ms), kT0 + Duration(4s)), 100s);
  stall(record, kT0 + Duration(2s), kT0 + Duration(2900ms));
  const OutageSummary summary = judge(record).probers.at(0).summary;
  // But while it was stalled, from 1.9 to 2.9 s, nobody asked: nothing is proven of that second.
  CHECK(summary.longest == Bounds{1800ms, Duration(4s)});
  CHECK(summary.total == Bounds{2800ms, Duration(4s)});
}

TEST_CASE("good answers to requests that were sent too late leave the stall unknown") {
  RunRecord record = run_with(all_good());
  stall(record, kT0 + Duration(1s), kT0 + Duration(3s));
  const ProberResult prober = judge(record).probers.at(0);
  CHECK(prober.summary.longest == Bounds{0s, Duration(2100ms)});
  CHECK(prober.unknown == 2100ms);
}

TEST_CASE("a second without any sample is invalid") {
  RunRecord record = run_with(all_good(), 100s);
  drop(record, [](const Sample& sample) {
    return sample.scheduled >= kT0 + Duration(3s) && sample.scheduled < kT0 + Duration(4s);
  });
  CHECK(judge(record).validity.invalid_windows == 1);
}

TEST_CASE("lateness after redundancy is back does not count") {
  RunRecord record = run_with(all_good());
  stall(record, kT0 + Duration(10s), kT0 + Duration(20s));
  CHECK(judge(record).validity.invalid_windows == 0);
}
