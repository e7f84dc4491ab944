#include "probe/prober_loop.hpp"

#include <catch2/catch.hpp>

#include "probe/fixed_operations.hpp"
#include "support/fake_engine.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

Prober prober(Duration period, Duration timeout = 10s, http::ConnectionUse connection = http::ConnectionUse::fresh) {
  return {period, timeout, connection, make_read({"https://127.0.0.1:6443", 1s})};
}

/// Several of them: they cannot be copied, so no braces.
template <typename... Probers>
std::vector<Prober> probers_of(Probers... probers) {
  std::vector<Prober> list;
  (list.push_back(std::move(probers)), ...);
  return list;
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
  std::vector<Prober> probers;
  std::vector<Companion*> companions;
  ServerTable servers{std::vector<std::string>{"aa", "bb"}};
  FakeEngine engine;
  Interrupt stop;
  std::vector<Sample> samples;
  Instant start = clock.now();

  Bench(std::vector<Prober> some, std::function<Fate(std::uint16_t, int)> fate)
      : probers(std::move(some)), engine(clock, std::move(fate)) {}

  void run(Duration length, Duration drain = 0s) {
    engine.on_drive = [this, length] {
      if (clock.now() >= start + length) stop.raise();
    };
    ProberLoop loop(
        {probers, companions, servers}, engine, clock,
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
  Bench bench(probers_of(prober(100ms), prober(50ms, 10s, http::ConnectionUse::reused)),
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
  Bench bench(probers_of(prober(100ms, 10s)), [](std::uint16_t, int n) {
    return n >= 20 && n < 40 ? Fate{10s, http::Ending::timeout} : Fate{5ms};
  });
  bench.run(10s, 20s);
  CHECK(std::ssize(bench.samples) == slots_within(10s, {100ms}, bench.start));
  CHECK(bench.count(Outcome::timeout) == 20);
  Schedule timetable({100ms}, bench.start, kSeed);
  for (const auto& start : bench.engine.started) CHECK(start.at == timetable.take().due);
}

TEST_CASE("a success after the deadline is slow, and its latency counts from the slot") {
  Bench bench(probers_of(prober(100ms)),
              [](std::uint16_t, int n) { return Fate{n == 3 ? Duration(1100ms) : Duration(1ms)}; });
  bench.run(5s, 2s);
  CHECK(bench.count(Outcome::slow) == 1);
}

TEST_CASE("when the loop itself was held up, the missed slots are sent late and show it") {
  Bench bench(probers_of(prober(100ms)), [](std::uint16_t, int) { return Fate{1ms}; });
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
      {bench.probers, {}, bench.servers}, bench.engine, bench.clock,
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
  Bench bench(probers_of(prober(100ms, 1s)), [](std::uint16_t, int) { return Fate{}; });
  bench.run(5s);
  const long slots = slots_within(5s, {100ms}, bench.start);
  CHECK(bench.engine.started.size() == 18);
  CHECK(bench.count(Outcome::unsent) == slots - 18);
  CHECK(bench.count(Outcome::aborted) == 18);
  CHECK(std::ssize(bench.samples) == slots);
}

TEST_CASE("requests still in flight at the end are waited for, then given up as aborted") {
  Bench bench(probers_of(prober(100ms)), [](std::uint16_t, int n) { return n == 48 ? Fate{} : Fate{300ms}; });
  bench.run(5s, 2s);
  CHECK(bench.count(Outcome::aborted) == 1);
  CHECK(bench.count(Outcome::ok) == slots_within(5s, {100ms}, bench.start) - 1);
}

TEST_CASE("a sink that can keep nothing any more stops the loop") {
  ManualClock clock;
  std::vector<Prober> probers = probers_of(prober(100ms));
  const ServerTable servers;
  FakeEngine engine(clock, [](std::uint16_t, int) { return Fate{1ms}; });
  int kept = 0;
  ProberLoop loop(
      {probers, {}, servers}, engine, clock, [&](const Sample&) { return ++kept < 5; }, clock.now(), kSeed);
  const Interrupt stop;
  loop.run(stop);
  CHECK(kept == 5);
}

TEST_CASE("a broken reused connection is opened again by the next sample, which says so") {
  Bench bench(probers_of(prober(100ms, 10s, http::ConnectionUse::reused)), [](std::uint16_t, int n) {
    Fate fate{5ms};
    if (n == 10) fate.ending = http::Ending::reset;
    fate.opened_connection = n == 0 || n == 11;
    return fate;
  });
  bench.run(3s, 1s);
  CHECK(bench.samples.at(10).outcome == Outcome::reset);
  for (std::size_t i = 0; i < bench.samples.size(); ++i) {
    CHECK(bench.samples[i].opened_connection == (i == 0 || i == 11));
  }
}

TEST_CASE("a sample names the server whose certificate its connection had") {
  Bench bench(probers_of(prober(100ms)), [](std::uint16_t, int n) {
    Fate fate{5ms};
    fate.certificate_serial = n % 4 == 0 ? "aa" : n % 4 == 1 ? "bb" : n % 4 == 2 ? "cc" : "";
    return fate;
  });
  bench.run(3s, 1s);
  for (std::size_t i = 0; i + 4 <= bench.samples.size(); i += 4) {
    CHECK(bench.samples[i].server == 1);
    CHECK(bench.samples[i + 1].server == 2);
    CHECK(bench.samples[i + 2].server == 0);
    CHECK(bench.samples[i + 3].server == 0);
  }
}

TEST_CASE("servers that nobody knew beforehand are numbered as they give their names, and told of once") {
  std::vector<std::pair<std::uint16_t, std::string>> told;
  ServerNames names(4,
                    [&](std::uint16_t number, const std::string& name, Instant) { told.emplace_back(number, name); });
  CHECK(names.number("web-0", {}) == 4);
  CHECK(names.number("", {}) == 0);
  CHECK(names.number("web-1", {}) == 5);
  CHECK(names.number("web-0", {}) == 4);
  CHECK(told == std::vector<std::pair<std::uint16_t, std::string>>{{4, "web-0"}, {5, "web-1"}});
  for (std::size_t i = 0; i < 2 * ServerNames::kMost; ++i) names.number("other-" + std::to_string(i), {});
  CHECK(told.size() == ServerNames::kMost);
  CHECK(names.number("one more", {}) == 0);
  CHECK(names.number("web-1", {}) == 5);
}

TEST_CASE("each prober may have in flight what it sends within its timeout, in bounds") {
  const InFlightLimits limits{100, 1000};
  CHECK(in_flight_caps(probers_of(prober(100ms, 1s)), limits) == std::vector<std::size_t>{18});
  CHECK(in_flight_caps(probers_of(prober(10s, 1s)), limits) == std::vector<std::size_t>{2});
  CHECK(in_flight_caps(probers_of(prober(1ms, 10s)), limits) == std::vector<std::size_t>{100});
}

TEST_CASE("the loop's bound is shared in proportion, and everybody gets something") {
  std::vector<Prober> probers = probers_of(prober(10ms, 10s), prober(10ms, 10s), prober(10s, 1s));
  const std::vector<std::size_t> caps = in_flight_caps(probers, {1000, 500});
  CHECK(caps == std::vector<std::size_t>{249, 249, 2});
}

TEST_CASE("the standard probers are never held back by the bounds while everything hangs") {
  // All but the null probers: 85 requests/s with a hard timeout of 10 s.
  std::vector<Prober> probers;
  for (int i = 0; i < 17; ++i) probers.push_back(prober(200ms, 10s));
  Bench bench(std::move(probers), [](std::uint16_t, int) { return Fate{10s, http::Ending::timeout}; });
  bench.run(30s, 11s);
  CHECK(bench.count(Outcome::unsent) == 0);
  CHECK(bench.count(Outcome::timeout) == std::ssize(bench.samples));
}

TEST_CASE("with a hanging service the number in flight stays within the loop's bound") {
  // 1,000 requests/s.
  std::vector<Prober> probers;
  for (int i = 0; i < 10; ++i) probers.push_back(prober(10ms, 10s));
  Bench bench(std::move(probers), [](std::uint16_t, int) { return Fate{}; });
  bench.run(30s);
  CHECK(bench.engine.started.size() <= InFlightLimits{}.loop);
  CHECK(bench.count(Outcome::unsent) + bench.count(Outcome::aborted) == std::ssize(bench.samples));
}

namespace {

/// Sends a request every second, remembers what became of each.
class Errands final : public Companion {
 public:
  explicit Errands(Instant start) : next_(start) {}
  Instant due() const override { return next_; }
  void act(Instant now, Courier& courier) override {
    http::Request request;
    request.url = "https://errand";
    last_ = courier.send(*this, request);
    next_ = now + 1s;
  }
  void ended(std::uint64_t ticket, const http::Transfer& transfer) override {
    CHECK(ticket == last_);
    transfer.reason == "cancelled" ? ++cancelled : ++done;
  }
  bool settled() const override { return is_settled; }
  void stop(Courier& courier) override {
    stopped = true;
    next_ = kLatest;
    courier.cancel(last_);
  }

  int done = 0;
  int cancelled = 0;
  bool stopped = false;
  bool is_settled = true;

 private:
  Instant next_;
  std::uint64_t last_ = 0;
};

}  // namespace

TEST_CASE("companions have lanes of their own, and their requests are no samples") {
  Bench bench(probers_of(prober(100ms)), [](std::uint16_t lane, int) { return lane == 0 ? Fate{1ms} : Fate{300ms}; });
  Errands errands(bench.start);
  bench.companions = {&errands};
  bench.run(10s, 1s);
  CHECK(errands.done >= 9);
  CHECK(errands.stopped);
  CHECK(bench.count(Outcome::ok) == slots_within(10s, {100ms}, bench.start));
  for (const auto& start : bench.engine.started) CHECK((start.request.url == "https://errand") == (start.lane == 1));
}

TEST_CASE("what a companion still waits for is waited for, then cancelled, and it hears of it") {
  Bench bench(probers_of(prober(100ms)), [](std::uint16_t lane, int) { return lane == 0 ? Fate{1ms} : Fate{}; });
  Errands errands(bench.start + 4s + 500ms);
  errands.is_settled = false;
  bench.companions = {&errands};
  bench.run(5s, 3s);
  CHECK(errands.cancelled == 1);
  CHECK(bench.clock.now() >= bench.start + 8s);
  CHECK(bench.engine.in_flight() == 3);  // its earlier ones, which it did not cancel
}
