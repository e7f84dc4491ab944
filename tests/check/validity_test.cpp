// The gate: a harness that was late must not look like a failover defect.
#include "check/validity.hpp"

#include <catch2/catch.hpp>

#include "check/gates.hpp"
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

TEST_CASE("one late second of a short stretch is allowed and told of, two are not") {
  RunRecord record = run_with(all_good());  // redundancy is back 5.11 s after T0: 6 seconds
  stall(record, kT0 + Duration(1900ms), kT0 + Duration(1960ms));
  const Verdict once = judge(record);
  CHECK(once.validity.windows == 6);
  CHECK(once.validity.invalid_windows == 1);
  CHECK(finding(once, "validity").judgement == Judgement::pass);
  CHECK(finding(once, "validity").text.find("a single one is allowed") != std::string::npos);
  CHECK(finding(once, "api.read.new.longest_outage").judgement == Judgement::pass);
  stall(record, kT0 + Duration(3900ms), kT0 + Duration(3960ms));
  const Verdict twice = judge(record);
  CHECK(twice.validity.invalid_windows == 2);
  CHECK(finding(twice, "validity").judgement == Judgement::inconclusive);
  CHECK(finding(twice, "api.read.new.longest_outage").judgement == Judgement::inconclusive);
}

TEST_CASE("a stretch of one second that is late is not to be trusted") {
  Validity validity;
  validity.windows = 1;
  validity.invalid_windows = 1;
  CHECK(too_many_invalid(validity));
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

namespace {

/// A null prober beside api.read.new, refused by its own echo server within [from, to).
void add_null_prober(RunRecord& record, Instant from, Instant to) {
  ProberInfo null = prober_info("null", 50ms, "local-echo");
  null.operation = operation::echo;
  add_prober(record, null, down(from, to));
}

}  // namespace

TEST_CASE("a bad sample of the null prober makes its second invalid") {
  RunRecord record = run_with(all_good(), 100s);
  record.scenario.slos.pop_back();
  add_null_prober(record, kT0 + Duration(4990ms), kT0 + Duration(5001ms));  // one sample, due at 5.0 s
  const Verdict verdict = judge(record);
  CHECK(verdict.validity.null_prober);
  CHECK(verdict.validity.null_bad_windows == 1);
  CHECK(verdict.validity.invalid_windows == 1);
  CHECK(verdict.judgement == Judgement::pass);
  CHECK(finding(verdict, "validity").text.find("null prober bad in 1") != std::string::npos);
}

TEST_CASE("a null prober that is bad too often leaves the run undecided, however good the service looked") {
  RunRecord record = run_with(all_good(), 100s);
  record.scenario.slos.pop_back();
  add_null_prober(record, kT0 + Duration(5s), kT0 + Duration(7s));
  const Verdict verdict = judge(record);
  CHECK(verdict.validity.invalid_windows == 2);
  CHECK(verdict.judgement == Judgement::inconclusive);
  CHECK(finding(verdict, "api.read.new.longest_outage").judgement == Judgement::inconclusive);
}

TEST_CASE("a harness that is noisy makes no failed SLO out of slow answers") {
  RunRecord record = run_with(down(kT0 + Duration(50ms), kT0 + Duration(4s), {Outcome::slow, 1500ms}));
  add_null_prober(record, kT0, kT0 + Duration(4s));
  const Verdict verdict = judge(record);
  CHECK(verdict.probers.at(0).summary.longest.lower == 0s);
  CHECK(finding(verdict, "api.read.new.longest_outage").judgement == Judgement::inconclusive);
}

TEST_CASE("without a null prober the report says so") {
  const Verdict verdict = judge(run_with(all_good()));
  CHECK_FALSE(verdict.validity.null_prober);
  CHECK(finding(verdict, "validity").text.find("no null prober") != std::string::npos);
}

TEST_CASE("the cost of the harness: requests, connections, lateness of the whole run") {
  RunRecord record = run_with(all_good());
  for (Event& event : record.events.events) {
    if (event.type == event_type::probers_stopped) event.data = {{"cpuSeconds", 1.5}, {"maxRssKib", 2048}};
  }
  record.samples.samples[3].sent = record.samples.samples[3].sent + Duration(7ms);  // long before the fault
  record.samples.samples[5].opened_connection = true;
  record.samples.samples[6].outcome = Outcome::unsent;
  record.samples.samples[6].sent = {};
  const HarnessCost cost = judge(record).harness;
  CHECK(cost.cpu_seconds == 1.5);
  CHECK(cost.max_rss_kib == 2048);
  CHECK(cost.requests == record.samples.samples.size() - 1);
  CHECK(cost.connections_opened == 1);
  CHECK(cost.lateness.count() == cost.requests);
  CHECK(cost.lateness.max() == 7ms);
}
