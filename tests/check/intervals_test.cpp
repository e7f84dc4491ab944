#include "check/intervals.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;

namespace {

Interval from_to(std::int64_t begin, std::int64_t end) { return {{begin}, {end}}; }

}  // namespace

TEST_CASE("unite makes disjoint intervals in order") {
  CHECK(unite({}, Touching::join).empty());
  CHECK(unite({from_to(5, 9), from_to(1, 3), from_to(2, 4)}, Touching::apart) ==
        IntervalSet{from_to(1, 4), from_to(5, 9)});
  CHECK(unite({from_to(1, 9), from_to(2, 3)}, Touching::apart) == IntervalSet{from_to(1, 9)});
}

TEST_CASE("intervals that share an instant are one outage when proven, two when only possible") {
  CHECK(unite({from_to(1, 3), from_to(3, 5)}, Touching::join) == IntervalSet{from_to(1, 5)});
  CHECK(unite({from_to(1, 3), from_to(3, 5)}, Touching::apart) == IntervalSet{from_to(1, 3), from_to(3, 5)});
}

TEST_CASE("longest and total") {
  const IntervalSet set{from_to(1, 3), from_to(5, 9), from_to(20, 20)};
  CHECK(longest(set) == Duration(4));
  CHECK(total(set) == Duration(6));
  CHECK(longest({}) == Duration(0));
  CHECK(total({}) == Duration(0));
}

TEST_CASE("what has no known end has no length, until it is cut") {
  const IntervalSet open{{{5}, kDistantFuture}};
  const IntervalSet past{{kDistantPast, {5}}};
  CHECK_FALSE(longest(open));
  CHECK_FALSE(total(open));
  CHECK_FALSE(longest(past));
  CHECK_FALSE(total(past));
  CHECK(clip(open, {0}, {8}) == IntervalSet{from_to(5, 8)});
  CHECK(clip(past, {0}, {8}) == IntervalSet{from_to(0, 5)});
  CHECK(clip({from_to(1, 3)}, {4}, {8}).empty());
}
