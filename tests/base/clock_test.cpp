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
  CHECK(pair.instant_of(5500) == Instant{1500});
  CHECK(pair.instant_of(3000) == Instant{-1000});
  CHECK(ClockPair{{1500}, 5600}.moved_since(pair) == Duration(100));
  CHECK(pair.moved_since({{1500}, 5600}) == Duration(-100));
}

TEST_CASE("a raised interrupt ends a wait at once") {
  MonotonicClock clock;
  Interrupt interrupt;
  interrupt.raise();
  CHECK_FALSE(clock.wait_until(clock.now() + 1h, interrupt));
  CHECK(interrupt.count() == 1);
}

TEST_CASE("a stepped wall clock is noticed, once, forward and back; slewing is not a step") {
  WallClock wall;
  ClockPair now{{0}, 1'800'000'000'000'000'000};
  const auto after = [&now](Duration passed, Duration by) {
    now.monotonic = now.monotonic + passed;
    now.realtime_ns += (passed + by).count();
    return now;
  };
  CHECK(wall.stepped(now) == 0s);
  CHECK(wall.stepped(after(1s, 500us)) == 0s);
  CHECK(wall.stepped(after(1s, 1h)) == 1h);
  CHECK(wall.stepped(after(1s, 0s)) == 0s);
  CHECK(wall.stepped(after(1s, -2h)) == -2h);
}
