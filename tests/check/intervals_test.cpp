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

TEST_CASE("parts of a set: covered, taken away, kept") {
  const IntervalSet set{from_to(1, 3), from_to(5, 9), from_to(20, 21)};
  CHECK(covered(set, {2}, {8}) == Duration(4));
  CHECK(covered(set, {10}, {20}) == Duration(0));
  CHECK(covered(set, {0}, {100}) == total(set));
  CHECK(subtract(set, {}) == set);
  CHECK(total(subtract(set, {from_to(2, 6)})) == Duration(5));
  CHECK(total(subtract(set, {from_to(0, 2), from_to(8, 20)})) == Duration(1 + 3 + 1));
  CHECK(total(subtract(set, {{{6}, kDistantFuture}})) == Duration(2 + 1));
  CHECK(total(intersect(set, {from_to(2, 6)})) == Duration(2));
}

TEST_CASE("overlapping is sharing more than an instant") {
  const IntervalSet set{from_to(1, 3), from_to(5, 9)};
  CHECK(overlaps(set, from_to(2, 4)));
  CHECK(overlaps(set, from_to(0, 100)));
  CHECK(overlaps(set, from_to(6, 7)));
  CHECK_FALSE(overlaps(set, from_to(3, 5)));
  CHECK_FALSE(overlaps(set, from_to(9, 100)));
  CHECK_FALSE(overlaps({}, from_to(0, 1)));
  CHECK(overlaps({{{5}, kDistantFuture}}, from_to(100, 101)));
}

TEST_CASE("possible is down and unclear together, in order") {
  const Downtime downtime{{}, {from_to(1, 3), from_to(8, 9)}, {from_to(3, 5)}};
  CHECK(possible(downtime) == IntervalSet{from_to(1, 3), from_to(3, 5), from_to(8, 9)});
}
