#include "base/clock.hpp"

#include <catch2/catch.hpp>

#include "base/interrupt.hpp"

using namespace hadrill;
using namespace std::chrono_literals;

TEST_CASE("wall time is printed in UTC") {
  CHECK(format_utc(1'767'225'600'123'000'000) == "2026-01-01T00:00:00.123Z");
  CHECK(format_utc_compact(1'767'225'600'123'000'000) == "20260101T000000Z");
}

TEST_CASE("a clock pair translates instants") {
  const ClockPair pair{{1000}, 5000};
  CHECK(pair.realtime_of({1500}) == 5500);
}

TEST_CASE("a raised interrupt ends a wait at once") {
  MonotonicClock clock;
  Interrupt interrupt;
  interrupt.raise();
  CHECK_FALSE(clock.wait_until(clock.now() + 1h, interrupt));
  CHECK(interrupt.count() == 1);
}
