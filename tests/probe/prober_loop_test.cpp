#include "probe/prober_loop.hpp"

#include <catch2/catch.hpp>

#include "support/fake_engine.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

PlannedProber prober(const char* name, Duration period, Duration timeout = 10s,
                     ConnectionClass connection = ConnectionClass::fresh) {
  return {name, "lb", "https://127.0.0.1:6443", {name, ProbePath::load_balancer, connection, period, 1s, timeout}};
}

constexpr std::uint64_t kSeed = 1;

/// Slots of all probers within `length`, by the timetable itself.
long slots_within(Duration length, const std::vector<Duration>& periods, Instant start) {
  Schedule schedule(periods, start, kSeed);
  long count = 0;
  for (; schedule.next().due < start + length; schedule.take()) ++count;
  return count;
}

/// A loop over a fake engine that runs for `length` of manual time.
struct Bench {
  ManualClock clock;
  std::vector<PlannedProber> probers;
  FakeEngine engine;
  Interrupt stop;
  std::vector<Sample> samples;
  Instant start = clock.now();

  Bench(std::vector<PlannedProber> planned, std::function<Fate(std::uint16_t, int)> fate)
      : probers(std::move(planned)), engine(clock, std::move(fate)) {}

  void run(Duration length, Duration drain = 0s) {
    engine.on_drive = [this, length] {
      if (clock.now() >= start + length) stop.raise();
    };
    ProberLoop loop(
        probers, engine, clock,
        [this](const Sample& sample) {
          samples.push_back(sample);
          return true;
        },
        start, kSeed);
    loop.run(stop);
    engine.on_drive = nullptr;
    loop.drain(clock.now() + drain, Interrupt::never());
    // The loop sees the wish to stop after one more slot: not part of the time asked for.
    std::erase_if(samples, [&](const Sample& sample) { return sample.scheduled >= start + length; });
  }

  long count(Outcome outcome) const {
    return std::count_if(samples.begin(), samples.end(),
                         [&](const Sample& sample) { return sample.outcome == outcome; });
  }
};

}  // namespace

TEST_CASE("a prober sends at its rate and names its requests") {
  Bench bench({prober("a", 100ms), prober("b", 50ms, 10s, ConnectionClass::reused)},
              [](std::uint16_t, int) { return Fate{5ms}; });
  bench.run(10s, 1s);
  CHECK(bench.count(Outcome::ok) == slots_within(10s, {100ms, 50ms}, bench.start));
  CHECK(bench.engine.started[0].request.url == "https://127.0.0.1:6443/api/v1/namespaces/default");
  for (const auto& start : bench.engine.started) {
    CHECK((start.request.connection == http::ConnectionUse::fresh) == (start.lane == 0));
  }
}

TEST_CASE("the loop is open: requests that hang delay nobody and each counts") {
  // From the 20th to the 39th request the service hangs; a closed loop would have sent one request in that time.
  Bench bench({prober("a", 100ms, 10s)}, [](std::uint16_t, int n) {
    return n >= 20 && n < 40 ? Fate{10s, http::Ending::timeout} : Fate{5ms};
  });
  bench.run(10s, 20s);
  CHECK(std::ssize(bench.samples) == slots_within(10s, {100ms}, bench.start));
  CHECK(bench.count(Outcome::timeout) == 20);
  Schedule timetable({100ms}, bench.start, kSeed);
  for (const auto& start : bench.engine.started) CHECK(start.at == timetable.take().due);
}

TEST_CASE("a success after the deadline is slow, and its latency counts from the slot") {
  Bench bench({prober("a", 100ms)},
              [](std::uint16_t, int n) { return Fate{n == 3 ? Duration(1100ms) : Duration(1ms)}; });
  bench.run(5s, 2s);
  CHECK(bench.count(Outcome::slow) == 1);
}

TEST_CASE("when the loop itself was held up, the missed slots are sent late and show it") {
  Bench bench({prober("a", 100ms)}, [](std::uint16_t, int) { return Fate{1ms}; });
  bool stalled = false;
  const Instant start = bench.start;
  bench.engine.on_drive = [&] {
    if (!stalled && bench.clock.now() >= start + 1s) {
      stalled = true;
      bench.clock.advance(500ms);
    }
    if (bench.clock.now() >= start + 3s) bench.stop.raise();
  };
  ProberLoop loop(
      bench.probers, bench.engine, bench.clock,
      [&](const Sample& sample) {
        bench.samples.push_back(sample);
        return true;
      },
      start, kSeed);
  loop.run(bench.stop);
  Duration worst{};
  for (const Sample& sample : bench.samples) worst = std::max(worst, sample.sent - sample.scheduled);
  CHECK(worst >= 400ms);
  for (std::size_t i = 1; i < bench.samples.size(); ++i)
    CHECK(bench.samples[i].sequence == bench.samples[i - 1].sequence + 1);
}

TEST_CASE("a slot beyond the in-flight cap is recorded as unsent, never dropped") {
  // The engine never ends a request, not even at its time-out: 1 s / 60 ms + 2 are allowed to wait.
  Bench bench({prober("a", 100ms, 1s)}, [](std::uint16_t, int) { return Fate{}; });
  bench.run(5s);
  const long slots = slots_within(5s, {100ms}, bench.start);
  CHECK(bench.engine.started.size() == 18);
  CHECK(bench.count(Outcome::unsent) == slots - 18);
  CHECK(bench.count(Outcome::aborted) == 18);
  CHECK(std::ssize(bench.samples) == slots);
}

TEST_CASE("requests still in flight at the end are waited for, then given up as aborted") {
  Bench bench({prober("a", 100ms)}, [](std::uint16_t, int n) { return n == 48 ? Fate{} : Fate{300ms}; });
  bench.run(5s, 2s);
  CHECK(bench.count(Outcome::aborted) == 1);
  CHECK(bench.count(Outcome::ok) == slots_within(5s, {100ms}, bench.start) - 1);
}

TEST_CASE("a sink that can keep nothing any more stops the loop") {
  ManualClock clock;
  const std::vector<PlannedProber> probers{prober("a", 100ms)};
  FakeEngine engine(clock, [](std::uint16_t, int) { return Fate{1ms}; });
  int kept = 0;
  ProberLoop loop(
      probers, engine, clock, [&](const Sample&) { return ++kept < 5; }, clock.now(), kSeed);
  const Interrupt stop;
  loop.run(stop);
  CHECK(kept == 5);
}
