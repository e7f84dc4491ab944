// T5: between the start of the last failing look and the end of the first good one after it.
#include "check/redundancy.hpp"

#include <catch2/catch.hpp>

#include "history.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

const Window kWindow{kT0, kT0 + Duration(1ms), kEnd};

struct Look {
  Duration start;
  Duration end;
  bool ok;
};

Redundancy restored(const std::vector<Look>& looks) {
  RunRecord record;
  for (const Look& look : looks) add_check(record, kT0 + look.start, kT0 + look.end, look.ok);
  return redundancy_restored(record.events, kWindow);
}

}  // namespace

TEST_CASE("restored between the last failing and the first good look") {
  const Redundancy redundancy = restored(
      {{-1s, -900ms, true}, {10ms, 110ms, false}, {1s, 1200ms, false}, {2s, 2300ms, true}, {3s, 3100ms, true}});
  CHECK(redundancy.restored == Bounds{999ms, Duration(2300ms)});
  CHECK(redundancy.lost);
  CHECK(redundancy.back == kT0 + Duration(2300ms));
  CHECK(redundancy.conditions == std::vector<std::string>{"api-servers"});
}

TEST_CASE("good looks before a failing one prove nothing") {
  const Redundancy redundancy = restored({{10ms, 110ms, true}, {1s, 1100ms, false}, {2s, 2100ms, true}});
  CHECK(redundancy.restored == Bounds{999ms, Duration(2100ms)});
}

TEST_CASE("not restored: no upper bound, at least up to the last failing look") {
  const Redundancy redundancy = restored({{10ms, 110ms, true}, {1s, 1100ms, true}, {2s, 2100ms, false}});
  CHECK(redundancy.restored == Bounds{1999ms, std::nullopt});
  CHECK_FALSE(redundancy.back);
}

TEST_CASE("never seen lost: from zero to the first look that began after T0") {
  const Redundancy redundancy = restored({{-50ms, 50ms, true}, {1s, 1100ms, true}, {2s, 2100ms, true}});
  CHECK(redundancy.restored == Bounds{0s, Duration(1100ms)});
  CHECK_FALSE(redundancy.lost);
}

TEST_CASE("a failing look under way at T0 counts, at zero") {
  CHECK(restored({{-50ms, 50ms, false}, {1s, 1100ms, true}}).restored == Bounds{0s, Duration(1100ms)});
}

TEST_CASE("no look at all: nothing is known") { CHECK(restored({}).restored == Bounds{0s, std::nullopt}); }

TEST_CASE("a look that cannot be read counts as failed") {
  RunRecord record;
  add_check(record, kT0 + Duration(1s), kT0 + Duration(1100ms), true);
  add_event(record, kT0 + Duration(2s), event_type::redundancy_check, {{"ok", true}});
  CHECK(redundancy_restored(record.events, kWindow).restored == Bounds{1999ms, std::nullopt});
}
