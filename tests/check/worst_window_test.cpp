// The worst window of a length: exact at any position.
#include "check/worst_window.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

using namespace hadrill;
using namespace std::chrono_literals;

namespace {

constexpr Instant kBegin{1'000'000'000'000};

Interval from_to(Duration begin, Duration end) { return {kBegin + begin, kBegin + end}; }

/// By trying every millisecond.
Duration most_by_trying(const IntervalSet& united, Instant begin, Instant end, Duration length) {
  Duration most{};
  for (Instant start = begin; start + length <= end; start = start + Duration(1ms)) {
    Duration inside{};
    for (const Interval& interval : united) {
      const Duration part = std::min(interval.end, start + length) - std::max(interval.begin, start);
      inside += std::max(part, Duration::zero());
    }
    most = std::max(most, inside);
  }
  return most;
}

}  // namespace

TEST_CASE("one outage of 10 s and ten of 1 s have the same availability and different worst windows") {
  const IntervalSet one{from_to(100s, 110s)};
  IntervalSet ten;
  for (int i = 0; i < 10; ++i) ten.push_back(from_to(20s * i, 20s * i + 1s));
  const auto availability = [](const IntervalSet& set, std::size_t which) {
    return worst_windows(set, set, kBegin, kBegin + Duration(200s)).at(which).availability;
  };
  CHECK(availability(one, 2) == ShareBounds{0, 0});  // 10 s
  CHECK(availability(ten, 2)->lower == Approx(0.9));
  CHECK(availability(one, 4)->lower == Approx(1 - 10.0 / 60));  // 60 s
  CHECK(availability(ten, 4)->lower == Approx(1 - 3.0 / 60));
}

TEST_CASE("lengths longer than what was judged are left out") {
  const auto windows = worst_windows({}, {}, kBegin, kBegin + Duration(30s));
  REQUIRE(windows.size() == 6);
  CHECK(windows[3].length == 30s);
  CHECK(windows[3].availability == ShareBounds{1, 1});
  CHECK_FALSE(windows[4].availability);
  CHECK_FALSE(windows[5].availability);
}

TEST_CASE("the bounds are those of what is proven and of what is possible") {
  const auto windows = worst_windows({from_to(2s, 3s)}, {from_to(1500ms, 3500ms)}, kBegin, kBegin + Duration(30s));
  CHECK(windows[0].availability == ShareBounds{0, 0});
  CHECK(windows[1].availability->lower == Approx(1 - 2.0 / 5));
  CHECK(windows[1].availability->upper == Approx(1 - 1.0 / 5));
}

TEST_CASE("an outage at an edge of the window, or without a known end, counts as far as it is inside") {
  const IntervalSet open{{kDistantPast, kBegin + Duration(400ms)}, {kBegin + Duration(29500ms), kDistantFuture}};
  const auto windows = worst_windows(open, open, kBegin, kBegin + Duration(30s));
  CHECK(windows[0].availability->lower == Approx(0.5));
  CHECK(windows[3].availability->lower == Approx(1 - 0.9 / 30));
}

TEST_CASE("the worst window is found at any position") {
  std::mt19937_64 random(11);
  for (int round = 0; round < 200; ++round) {
    IntervalSet set;
    for (std::uint64_t n = random() % 12; n > 0; --n) {
      const Duration begin = 1ms * static_cast<int>(random() % 3000) - 200ms;
      set.push_back(from_to(begin, begin + 1ms * static_cast<int>(random() % 300)));
    }
    set = unite(set, random() % 2 == 0 ? Touching::join : Touching::apart);
    const Duration length = 1ms * static_cast<int>(1 + random() % 2500);
    const Instant end = kBegin + Duration(2500ms);
    INFO("round " << round << ", length " << length.count());
    CHECK(most_within(set, kBegin, end, length) == most_by_trying(set, kBegin, end, length));
  }
}
