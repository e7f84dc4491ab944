#include "probe/schedule.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>

using namespace hadrill;
using namespace std::chrono_literals;

TEST_CASE("slots follow each other after 0.6 to 1.25 periods, a little more often than one per period") {
  Schedule schedule({100ms}, {1000}, 1);
  Instant last = schedule.next().due;
  CHECK(last >= Instant{1000});
  CHECK(last <= Instant{1000} + 100ms);
  Duration least = 1h;
  Duration most{};
  for (std::uint32_t k = 0; k < 10'000; ++k) {
    const Slot slot = schedule.take();
    CHECK(slot.sequence == k);
    if (k > 0) {
      least = std::min(least, slot.due - last);
      most = std::max(most, slot.due - last);
    }
    last = slot.due;
  }
  CHECK(least >= 60ms);
  CHECK(least < 61ms);
  CHECK(most <= 125ms);
  CHECK(most > 124ms);
  CHECK(static_cast<double>((last - Instant{}).count()) == Approx(10'000 * 92.5e6).epsilon(0.01));
}

TEST_CASE("a prober meets every backend of a taking-turns balancer equally often") {
  // One request of ours to two of another client at a fixed pace, three backends in turn: at a fixed pace ours would
  // reach the same backend every time, forever.
  Schedule schedule({100ms}, {0}, 5);
  std::array<std::size_t, 3> met{};
  constexpr std::size_t kSlots = 3000;
  for (std::size_t ours = 0; ours < kSlots; ++ours) {
    const auto others_before = static_cast<std::size_t>((schedule.take().due - Instant{}) / 50ms);
    ++met.at((others_before + ours) % 3);
  }
  for (const std::size_t count : met) CHECK(count == Approx(kSlots / 3).epsilon(0.15));
}

TEST_CASE("enough slots for the least coverage, whatever the seed and however short the run") {
  constexpr auto kPeriod = 1s;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    Schedule schedule({kPeriod}, {0}, seed);
    std::size_t slots = 0;
    while (schedule.next().due < Instant{} + 45s) {
      schedule.take();
      ++slots;
    }
    CHECK(slots >= 43);  // 95 % of one per period
  }
}

TEST_CASE("several probers are interleaved by time, each at its own rate") {
  Schedule schedule({50ms, 200ms}, {0}, 7);
  int fast = 0;
  int slow = 0;
  Instant last{};
  while (schedule.next().due < Instant{} + 100s) {
    const Slot slot = schedule.take();
    CHECK(slot.due >= last);
    last = slot.due;
    (slot.prober == 0 ? fast : slow)++;
  }
  CHECK(fast == Approx(2000 / 0.925).epsilon(0.02));
  CHECK(slow == Approx(500 / 0.925).epsilon(0.03));
}

TEST_CASE("the shortest periods are scheduled too") {
  Schedule schedule({Duration(1)}, {0}, 1);
  for (std::uint32_t k = 0; k < 10; ++k) CHECK(schedule.take().sequence == k);
}

TEST_CASE("the seed alone decides the phases") {
  const auto phase = [](std::uint64_t seed) { return Schedule({1s}, {0}, seed).next().due; };
  CHECK(phase(3) == phase(3));
  CHECK(phase(3) != phase(4));
}
