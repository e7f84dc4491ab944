#include "page/merged_lane.hpp"

#include <catch2/catch.hpp>

#include "page/timeline_data.hpp"
#include "report/runs.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

Instant at(int seconds) { return Instant{} + std::chrono::seconds(seconds); }

Lane lane(std::vector<Stretch> stretches) { return {"one", std::move(stretches), ""}; }

Duration length_of(const Lane& lane, LaneState state) {
  Duration all{};
  for (const Stretch& one : lane.stretches) {
    if (one.state == state) all += one.end - one.begin;
  }
  return all;
}

}  // namespace

TEST_CASE("together all are down when any is, and served when every one is") {
  const Lane a =
      lane({{at(0), at(10), LaneState::up}, {at(10), at(12), LaneState::maybe}, {at(12), at(20), LaneState::down}});
  const Lane b =
      lane({{at(0), at(14), LaneState::up}, {at(14), at(15), LaneState::maybe}, {at(15), at(25), LaneState::down}});
  const Lane both = merge_lanes("both", {&a, &b});
  REQUIRE(both.stretches.size() == 3);
  CHECK(both.stretches[0] == Stretch{at(0), at(10), LaneState::up});
  CHECK(both.stretches[1] == Stretch{at(10), at(12), LaneState::maybe});
  CHECK(both.stretches[2] == Stretch{at(12), at(25), LaneState::down});
}

TEST_CASE("where one was not asked nothing is known, unless another was down") {
  const Lane a = lane({{at(0), at(30), LaneState::up}});
  const Lane b = lane({{at(0), at(10), LaneState::up}, {at(20), at(30), LaneState::up}});
  const Lane both = merge_lanes("both", {&a, &b});
  REQUIRE(both.stretches.size() == 2);
  CHECK(both.stretches[0].end == at(10));
  CHECK(both.stretches[1].begin == at(20));
  const Lane down = lane({{at(0), at(30), LaneState::down}});
  CHECK(merge_lanes("both", {&down, &b}).stretches == std::vector<Stretch>{{at(0), at(30), LaneState::down}});
}

TEST_CASE("a single bad request is not lost between two good ones") {
  const Lane a =
      lane({{at(0), at(5), LaneState::maybe}, {at(5), at(5), LaneState::down}, {at(5), at(6), LaneState::maybe}});
  const Lane b = lane({{at(0), at(9), LaneState::up}});
  const Lane both = merge_lanes("both", {&a, &b});
  CHECK(std::count_if(both.stretches.begin(), both.stretches.end(),
                      [](const Stretch& one) { return one.state == LaneState::down && one.begin == at(5); }) == 1);
}

TEST_CASE("nothing together is nothing") {
  CHECK(merge_lanes("none", {}).stretches.empty());
  const Lane empty = lane({});
  CHECK(merge_lanes("none", {&empty}).stretches.empty());
}

TEST_CASE("the users' lane is first, and as long as the verdict says of the SLI api") {
  const RunRecord record = kill_run(4s);
  const Verdict verdict = judge(record);
  const Axis axis{kT0, kStart, kEnd + Duration(2s), true};
  MemorySamples samples(record.samples);
  const auto sketch = sketch_samples(samples, axis, BinGrid(axis), {});
  REQUIRE(sketch.ok());
  const auto groups = lane_groups(record, verdict, axis, *sketch);
  const auto users = std::find_if(groups.begin(), groups.end(), [](const auto& one) { return one.name == "Users"; });
  REQUIRE(users != groups.end());
  const Lane& api = users->lanes.front();
  CHECK(api.name == "api (behind the load balancer)");
  REQUIRE(verdict.api);
  // One was down within the other: together as long as the longer one.
  CHECK(length_of(api, LaneState::down) == verdict.api->total.lower);
  REQUIRE(verdict.api->total.upper);
  CHECK(length_of(api, LaneState::down) + length_of(api, LaneState::maybe) == *verdict.api->total.upper);
  const auto down = std::find_if(api.stretches.begin(), api.stretches.end(),
                                 [](const Stretch& one) { return one.state == LaneState::down; });
  REQUIRE(down != api.stretches.end());
  CHECK(down->text == "not served; part of an outage of " + to_text(verdict.api->outages.front().length));
}
