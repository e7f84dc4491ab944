#include "probe/schedule.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace std::chrono_literals;

TEST_CASE("slots are due at start + phase + k periods, whatever happens") {
  Schedule schedule({100ms}, {1000}, 1);
  const Instant first = schedule.next().due;
  CHECK(first >= Instant{1000});
  CHECK(first - Instant{1000} < 100ms);
  for (std::uint32_t k = 0; k < 1000; ++k) {
    const Slot slot = schedule.take();
    CHECK(slot.sequence == k);
    CHECK(slot.due == first + k * Duration(100ms));
  }
}

TEST_CASE("several probers are interleaved by time, each at its own rate") {
  Schedule schedule({50ms, 200ms}, {0}, 7);
  int fast = 0;
  int slow = 0;
  Instant last{};
  while (schedule.next().due < Instant{} + 10s) {
    const Slot slot = schedule.take();
    CHECK(slot.due >= last);
    last = slot.due;
    (slot.prober == 0 ? fast : slow)++;
  }
  CHECK(fast == 200);
  CHECK(slow == 50);
}

TEST_CASE("the seed alone decides the phases") {
  const auto phase = [](std::uint64_t seed) { return Schedule({1s}, {0}, seed).next().due; };
  CHECK(phase(3) == phase(3));
  CHECK(phase(3) != phase(4));
}
