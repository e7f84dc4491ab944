// The instrument measures outages of known length: the truth lies within the bounds, whatever the phase.
#include <catch2/catch.hpp>
#include <random>

#include "history.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

Duration random_up_to(std::mt19937_64& random, Duration limit) {
  return Duration(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit.count())));
}

}  // namespace

TEST_CASE("an outage of 1.2 s is within the bounds at any phase, and they are at most two periods apart") {
  constexpr Duration kTruth = 1200ms;
  std::mt19937_64 random(20260101);
  for (int i = 0; i < 400; ++i) {
    const Duration period = i % 2 == 0 ? Duration(100ms) : Duration(50ms);
    const Instant from = kT0 + random_up_to(random, 5s);
    const Fate fate = i % 3 == 0 ? Fate{Outcome::timeout, 10s} : Fate{Outcome::refused, 1ms};
    RunRecord record;
    record.scenario = kill_scenario();
    add_prober(record, prober_info("api.read.new", period), down(from, from + kTruth, fate),
               kStart + random_up_to(random, period));
    add_events_until_fault(record);
    add_events_until_end(record, 5s);
    const Bounds measured = judge(record).probers.at(0).summary.longest;
    INFO("round " << i);
    REQUIRE(measured.upper);
    CHECK(measured.lower <= kTruth);
    CHECK(*measured.upper >= kTruth);
    CHECK(*measured.upper - measured.lower <= 2 * period);
  }
}

TEST_CASE("several probers, several outages: longest, total and availability of the union are within their bounds") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 200; ++i) {
    const Instant first = kT0 + Duration(200ms) + random_up_to(random, 2s);
    const Duration one = Duration(300ms) + random_up_to(random, 2s);
    const Instant second = first + one + Duration(500ms) + random_up_to(random, 2s);
    const Duration two = Duration(300ms) + random_up_to(random, 2s);
    const World world = both(down(first, first + one), down(second, second + two));
    RunRecord record;
    record.scenario = kill_scenario();
    add_prober(record, prober_info("api.read.new", 100ms), world, kStart + random_up_to(random, 100ms));
    add_prober(record, prober_info("api.read.reused", 50ms), world, kStart + random_up_to(random, 50ms));
    add_events_until_fault(record);
    add_events_until_end(record, 5s);
    const Verdict verdict = judge(record);
    const OutageSummary& api = verdict.api.value();
    INFO("round " << i);
    CHECK(api.longest.lower <= std::max(one, two));
    CHECK(api.longest.upper.value() >= std::max(one, two));
    CHECK(api.total.lower <= one + two);
    CHECK(api.total.upper.value() >= one + two);
    const double truth = 1 - std::chrono::duration<double>(one + two).count() / 30;
    CHECK(api.availability.lower <= truth);
    CHECK(api.availability.upper >= truth);
  }
}

TEST_CASE("bounds never cross, whatever the samples") {
  std::mt19937_64 random(99);
  for (int i = 0; i < 300; ++i) {
    RunRecord record;
    record.scenario = kill_scenario();
    const auto noise = [&random](Instant) {
      return Fate{static_cast<Outcome>(random() % 11), random_up_to(random, 10s)};
    };
    add_prober(record, prober_info("api.read.new"), noise);
    add_prober(record, prober_info("api.read.reused", 70ms), noise);
    drop(record, [&random](const Sample&) { return random() % 50 == 0; });
    for (Sample& sample : record.samples.samples) {
      if (random() % 100 == 0) sample.sent = sample.sent + random_up_to(random, 1s);
      if (random() % 100 == 0) sample.scheduled = Instant{static_cast<std::int64_t>(random() % (1ULL << 62))};
    }
    add_events_until_fault(record);
    add_events_until_end(record, 5s);
    const Verdict verdict = judge(record);
    const auto sound = [](const OutageSummary& summary) {
      CHECK(summary.longest.lower >= 0ns);
      CHECK((!summary.longest.upper || summary.longest.lower <= *summary.longest.upper));
      CHECK((!summary.total.upper || summary.total.lower <= *summary.total.upper));
      CHECK(summary.longest.lower <= summary.total.lower);
      CHECK(summary.availability.lower >= -1e-12);
      CHECK(summary.availability.lower <= summary.availability.upper);
      CHECK(summary.availability.upper <= 1);
    };
    for (const ProberResult& prober : verdict.probers) sound(prober.summary);
    sound(verdict.api.value());
  }
}
