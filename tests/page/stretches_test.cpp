#include "page/stretches.hpp"

#include <catch2/catch.hpp>

#include "check/history.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

Instant at(Duration since) { return kT0 + since; }

std::vector<std::string> states(const std::vector<Stretch>& stretches) {
  std::vector<std::string> names;
  for (const Stretch& one : stretches) names.push_back(to_string(one.state));
  return names;
}

/// Up for 90 ms and down for 10 ms, `count` times.
std::vector<Stretch> flapping(int count) {
  std::vector<Stretch> stretches;
  for (int i = 0; i < count; ++i) {
    const Instant begin = at(100ms * i);
    stretches.push_back({begin, begin + Duration(90ms), LaneState::up, "", 9, 0});
    stretches.push_back({begin + Duration(90ms), begin + Duration(100ms), LaneState::down, "", 1, 1});
  }
  return stretches;
}

}  // namespace

TEST_CASE("between two looks that differ it may have been either") {
  Looks looks(3s);
  looks.see({at(0s), at(10ms)}, LaneState::up, "");
  looks.see({at(1s), at(1010ms)}, LaneState::up, "");
  looks.see({at(2s), at(2010ms)}, LaneState::down, "refused");
  looks.see({at(3s), at(3010ms)}, LaneState::down, "refused");
  const auto stretches = looks.finish();
  REQUIRE(states(stretches) == std::vector<std::string>{"up", "maybe", "down"});
  CHECK(stretches[0] == Stretch{at(0s), at(1010ms), LaneState::up});
  CHECK(stretches[1].begin == at(1010ms));
  CHECK(stretches[1].end == at(2s));
  CHECK(stretches[2].end == at(3010ms));
}

TEST_CASE("where nobody looked for long there is no stretch") {
  Looks looks(3s);
  looks.see({at(0s), at(10ms)}, LaneState::up, "");
  looks.see({at(5s), at(5010ms)}, LaneState::up, "");
  const auto stretches = looks.finish();
  REQUIRE(stretches.size() == 2);
  CHECK(stretches[0].end == at(10ms));
  CHECK(stretches[1].begin == at(5s));
}

TEST_CASE("what is told when it changes is so until something else is told, and unknown while nothing is") {
  Changes changes;
  changes.set(at(0s), {}, LaneState::up, "Ready");
  changes.lose(at(10s));
  changes.resume(at(20s));
  changes.set(at(30s), {}, LaneState::down, "Unknown");
  changes.gone(at(40s));
  const auto stretches = changes.finish(at(50s));
  REQUIRE(states(stretches) == std::vector<std::string>{"up", "up", "down"});
  CHECK(stretches[0].end == at(10s));
  CHECK(stretches[1].begin == at(20s));
  CHECK(stretches[2].end == at(40s));
}

TEST_CASE("what a list found changed may have changed at any time since the stream was lost") {
  Changes changes;
  changes.set(at(0s), {}, LaneState::up, "Ready");
  changes.lose(at(10s));
  changes.set(at(20s), at(10s), LaneState::down, "Unknown");
  const auto stretches = changes.finish(at(30s));
  REQUIRE(states(stretches) == std::vector<std::string>{"up", "maybe", "down"});
  CHECK(stretches[1].begin == at(10s));
  CHECK(stretches[1].end == at(20s));
}

TEST_CASE("a lane has a bounded number of stretches, and keeps its length, its counts and its long stretches") {
  auto stretches = flapping(5000);
  const Instant end = stretches.back().end;
  stretches.push_back({end, end + Duration(18s), LaneState::down, "", 180, 180});
  stretches.push_back({end + Duration(18s), end + Duration(60s), LaneState::up, "", 420, 0});
  thin(stretches);
  CHECK(stretches.size() <= kMostStretches);
  CHECK(stretches.front().begin == at(0s));
  CHECK(stretches.back().end == end + Duration(60s));
  std::size_t asked = 0;
  std::size_t failed = 0;
  for (const Stretch& one : stretches) {
    asked += one.asked;
    failed += one.failed;
  }
  CHECK(asked == 5000 * 10 + 600);
  CHECK(failed == 5000 + 180);
  CHECK(std::count_if(stretches.begin(), stretches.end(),
                      [](const Stretch& one) { return one.state == LaneState::mixed; }) >= 1);
  const auto& outage = stretches[stretches.size() - 2];
  CHECK(outage.state == LaneState::down);
  CHECK(outage.end - outage.begin == Duration(18s));
}

TEST_CASE("few stretches stay as they are") {
  auto stretches = flapping(200);
  const auto before = stretches;
  thin(stretches);
  CHECK(stretches == before);
}
