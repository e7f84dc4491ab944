// T6: as fast again as before the fault, for 30 s.
#include "check/steadiness.hpp"

#include <catch2/catch.hpp>

#include "history.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

constexpr Instant kLate = {170'000'000'000};  // a window of 60 s

/// One prober every 50 ms: 5 ms before the fault, `latency` for as long after it, then 5 ms again.
RunRecord slower_for(Duration stretch, Duration latency, Instant end = kLate) {
  RunRecord record;
  record.scenario = kill_scenario();
  const World world = [=](Instant sent) {
    return Fate{Outcome::ok, sent >= kT0 && sent < kT0 + stretch ? latency : Duration(5ms)};
  };
  add_prober(record, prober_info("api.read.new", 50ms), world, kStart, end);
  add_events_until_fault(record);
  for (Instant at = kT0 + Duration(10ms); at < end; at = at + Duration(1s)) add_check(record, at, at + 100ms, true);
  add_event(record, end, event_type::observe_ended,
            {{"step", "recover"}, {"recovered", true}, {"timedOut", false}, {"onTimeout", "fail"}});
  add_event(record, end + Duration(1s), event_type::heal_proven, {{"step", "kill"}, {"target", target()}});
  add_event(record, end + Duration(3s), event_type::run_finished);
  return record;
}

RunTime steady_of(const RunRecord& record) { return judge(record).times.course.back(); }

}  // namespace

TEST_CASE("never slower: steady from the start") {
  const RunTime steady = steady_of(slower_for(0s, 0ms));
  CHECK(steady.id == "T6");
  CHECK(steady.since_t0 == Bounds{0s, Duration(0s)});
}

TEST_CASE("slower for 10 s: steady from the whole second after which 99 % are fast again") {
  // Of the 600 samples in 30 s, 6 may be slow: 0.3 s of the 10 s.
  CHECK(steady_of(slower_for(10s, 20ms)).since_t0 == Bounds{8999ms, Duration(10s)});
  CHECK(steady_of(slower_for(10300ms, 20ms)).since_t0 == Bounds{8999ms, Duration(10s)});
  CHECK(steady_of(slower_for(10350ms, 20ms)).since_t0 == Bounds{9999ms, Duration(11s)});
}

TEST_CASE("half as slow again is as fast; more is not") {
  CHECK(steady_of(slower_for(10s, 7ms)).since_t0 == Bounds{0s, Duration(0s)});
  CHECK(steady_of(slower_for(10s, 8ms)).since_t0 == Bounds{8999ms, Duration(10s)});
}

TEST_CASE("failed requests are slower than any that succeed") {
  RunRecord record = slower_for(0s, 0ms);
  for (Sample& sample : record.samples.samples) {
    if (sample.scheduled >= kT0 && sample.scheduled < kT0 + Duration(5s)) sample.outcome = Outcome::refused;
  }
  CHECK(steady_of(record).since_t0 == Bounds{3999ms, Duration(5s)});
}

TEST_CASE("slower to the end: no upper bound") {
  CHECK(steady_of(slower_for(60s, 20ms)).since_t0 == Bounds{29999ms, std::nullopt});
}

TEST_CASE("missing samples are not fast ones") {
  RunRecord record = slower_for(0s, 0ms);
  drop(record, [](const Sample& sample) {
    return sample.scheduled >= kT0 + Duration(2s) && sample.scheduled < kT0 + Duration(12s);
  });
  // 95 % of 30 s have to be there: at most 1.5 s of the hole.
  const auto since = steady_of(record).since_t0;
  REQUIRE(since);
  CHECK(since->upper == Duration(11s));
}

TEST_CASE("a window shorter than 30 s, or a small baseline, measures nothing and says so") {
  const RunTime brief = steady_of(slower_for(0s, 0ms, kT0 + Duration(29s)));
  CHECK_FALSE(brief.since_t0);
  CHECK(brief.not_measured.find("30s") != std::string::npos);
  RunRecord slow = slower_for(0s, 0ms);
  for (Event& event : slow.events.events) {
    if (event.type == event_type::steady_began) event.at = kT0 - Duration(2440ms);
  }
  const RunTime few = steady_of(slow);  // 49 baseline samples
  CHECK_FALSE(few.since_t0);
  CHECK(few.not_measured.find("fewer than 50 good samples") != std::string::npos);
}

TEST_CASE("every user-facing prober has to be steady; one with a small baseline leaves it unknown, by name") {
  RunRecord record = slower_for(0s, 0ms);
  const World slow = [](Instant sent) { return Fate{Outcome::ok, sent >= kT0 ? Duration(50ms) : Duration(5ms)}; };
  RunRecord with_slow = record;
  add_prober(with_slow, prober_info("api.read.reused", 70ms), slow, kStart, kLate);
  CHECK(steady_of(with_slow).since_t0 == Bounds{29999ms, std::nullopt});
  RunRecord with_rare = record;
  add_prober(with_rare, prober_info("api.list", 500ms), slow, kStart, kLate);
  CHECK_FALSE(steady_of(with_rare).since_t0);
  CHECK(steady_of(with_rare).not_measured.find("api.list") != std::string::npos);
  RunRecord with_direct = record;
  add_prober(with_direct, prober_info("api.direct", 50ms, "each-api-server"), slow, kStart, kLate);
  CHECK(steady_of(with_direct).since_t0 == Bounds{0s, Duration(0s)});
}
