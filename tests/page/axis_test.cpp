#include "page/axis.hpp"

#include <catch2/catch.hpp>

#include "report/runs.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

Axis axis_from(const RunRecord& record) {
  MemorySamples samples(record.samples);
  const auto axis = axis_of(record, judge(record), samples);
  REQUIRE(axis.ok());
  return *axis;
}

}  // namespace

TEST_CASE("the axis counts from T0 and reaches from the start of the probers to their end") {
  const Axis axis = axis_from(kill_run(900ms));
  CHECK(axis.from_t0);
  CHECK(axis.at(kT0) == 0);
  CHECK(axis.at(kT0 + Duration(1500us)) == 1500);
  CHECK(axis.begin == kStart);
  CHECK(axis.end == kEnd + Duration(2s));
  CHECK(axis.at(kStart - Duration(1h)) == -10'000'000);  // nothing is outside
}

TEST_CASE("a run that was killed has an axis as long as its samples") {
  RunRecord record = kill_run(900ms);
  drop_events(record, event_type::probers_started);
  drop_events(record, event_type::probers_stopped);
  const Axis axis = axis_from(record);
  CHECK(axis.begin == kStart + Duration(7ms));
  CHECK(axis.end > kEnd);
}

TEST_CASE("a run of nothing has an axis too") {
  const Axis axis = axis_from(RunRecord{});
  CHECK_FALSE(axis.from_t0);
  CHECK(axis.end > axis.begin);
  CHECK(BinGrid(axis).bins() >= 1);
}

TEST_CASE("bins cover the axis, are fine around the fault, and are not many however long the run is") {
  for (const Duration length : {Duration(1s), Duration(40s), Duration(5min), Duration(30min), Duration(5h)}) {
    Axis axis{kT0, kT0 - Duration(10s), kT0 + length, true};
    const BinGrid grid(axis);
    INFO(length.count());
    CHECK(grid.edges().front() == axis.begin);
    CHECK(grid.edges().back() == axis.end);
    CHECK(std::is_sorted(grid.edges().begin(), grid.edges().end()));
    CHECK(grid.bins() <= 900);
    const std::size_t at_fault = grid.bin_of(kT0);
    CHECK(grid.edges()[at_fault + 1] - grid.edges()[at_fault] <= Duration(500ms));
  }
}

TEST_CASE("every instant has its bin") {
  const BinGrid grid(Axis{kT0, kT0 - Duration(10s), kT0 + Duration(30s), true});
  const auto& edges = grid.edges();
  CHECK(grid.bin_of(edges.front() - Duration(1s)) == 0);
  CHECK(grid.bin_of(edges.back() + Duration(1s)) == grid.bins() - 1);
  for (std::size_t i = 0; i < grid.bins(); ++i) {
    CHECK(grid.bin_of(edges[i]) == i);
    CHECK(grid.bin_of(edges[i + 1] - Duration(1)) == i);
    CHECK(grid.bin_of(edges[i], i) == i);
  }
}
