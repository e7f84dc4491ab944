#include "page/sample_sketch.hpp"

#include <catch2/catch.hpp>

#include "report/runs.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

SampleSketch sketch_of(const RunRecord& record) {
  MemorySamples samples(record.samples);
  const auto axis = axis_of(record, judge(record), samples);
  REQUIRE(axis.ok());
  const auto sketch = sketch_samples(samples, *axis, BinGrid(*axis), {{7, "web-1"}});
  REQUIRE(sketch.ok());
  return *sketch;
}

const Stretch* first(const Lane& lane, LaneState state) {
  for (const Stretch& one : lane.stretches) {
    if (one.state == state) return &one;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("an outage in a lane is what the judge calls one: proven from bad to bad, possible from good to good") {
  const RunRecord record = run_with(down(kT0, kT0 + Duration(1s)));
  const SampleSketch sketch = sketch_of(record);
  const Lane& lane = sketch.probers.at(0).lane;
  std::vector<std::string> states;
  for (const Stretch& one : lane.stretches) states.push_back(to_string(one.state));
  REQUIRE(states == std::vector<std::string>{"up", "maybe", "down", "maybe", "up"});
  const Stretch& outage = lane.stretches[2];
  const Verdict verdict = judge(record);
  const Outage& judged = verdict.probers.at(0).outages.at(0);
  CHECK(outage.begin == judged.first_bad);
  CHECK(outage.end == judged.last_bad);
  CHECK(outage.failed == judged.bad);
  CHECK(lane.stretches[3].end - lane.stretches[1].begin == *judged.length.upper);
}

TEST_CASE("a single bad request is a stretch without length, and is not lost") {
  const SampleSketch sketch = sketch_of(run_with(down(kT0, kT0 + Duration(50ms))));
  const Stretch* outage = first(sketch.probers.at(0).lane, LaneState::down);
  REQUIRE(outage != nullptr);
  CHECK(outage->begin == outage->end);
  CHECK(outage->failed == 1);
}

TEST_CASE("where nobody asked nothing is drawn, and never as good") {
  RunRecord record = run_with(all_good());
  drop(record, [](const Sample& sample) { return sample.scheduled > kT0 && sample.scheduled < kT0 + Duration(5s); });
  const Lane lane = sketch_of(record).probers.at(0).lane;
  REQUIRE(lane.stretches.size() == 2);
  CHECK(lane.stretches[0].end == kT0);
  CHECK(lane.stretches[1].begin == kT0 + Duration(5s));
}

TEST_CASE("requests that say nothing of the service are no samples of it") {
  const SampleSketch sketch = sketch_of(run_with(down(kT0, kT0 + Duration(5s), {Outcome::blind, 0ms})));
  const Lane& lane = sketch.probers.at(0).lane;
  REQUIRE(lane.stretches.size() == 2);
  CHECK(lane.stretches[0].end < lane.stretches[1].begin);
  CHECK(sketch.probers.at(0).bad.count() == 0);
}

TEST_CASE("bins count every request once and tell least, median and most of the right answers") {
  const World world = [](Instant sent) {
    return Fate{sent < kT0 ? Outcome::ok : Outcome::slow, sent < kT0 ? 4ms : 1500ms};
  };
  const RunRecord record = run_with(world);
  const ProberSketch prober = sketch_of(record).probers.at(0);
  std::size_t asked = 0;
  std::size_t failed = 0;
  for (const LatencyBin& bin : prober.bins) {
    asked += bin.asked;
    failed += bin.failed;
    CHECK(bin.answered == bin.asked);
    if (bin.asked == 0) continue;
    CHECK(bin.least <= bin.median);
    CHECK(bin.median <= bin.most);
    CHECK((bin.failed > 0 ? bin.median == 1500ms : bin.median == 4ms));
  }
  CHECK(asked == record.samples.samples.size());
  CHECK(failed == prober.bad.count());
}

TEST_CASE("of many bad requests some are kept, in order and from all of them") {
  BadMarks bad;
  for (int i = 0; i < 10'000; ++i) bad.add({kT0 + Duration(1ms) * i, std::nullopt, Outcome::refused});
  CHECK(bad.count() == 10'000);
  CHECK(bad.marks().size() <= BadMarks::kMost);
  CHECK(bad.marks().size() >= BadMarks::kMost / 2);
  CHECK(bad.every() == 32);
  for (std::size_t i = 0; i < bad.marks().size(); ++i)
    CHECK(bad.marks()[i].at == kT0 + Duration(32ms) * static_cast<int>(i));
}

TEST_CASE("who answered is told second by second") {
  RunRecord record = run_with(all_good());
  for (Sample& sample : record.samples.samples) {
    const bool away = sample.scheduled >= kT0 && sample.scheduled < kT0 + Duration(10s);
    sample.server = away || sample.sequence % 2 == 0 ? 1 : 7;
  }
  record.samples.header.servers = {{"cp1", "01"}};
  const auto servers = sketch_of(record).servers;
  REQUIRE(servers.size() == 2);
  CHECK(servers[0].lane.name == "cp1");
  CHECK(servers[0].lane.stretches.size() == 1);
  CHECK(servers[1].lane.name == "web-1");
  const Stretch* away = first(servers[1].lane, LaneState::idle);
  REQUIRE(away != nullptr);
  CHECK(away->begin == kT0);
  CHECK(away->end == kT0 + Duration(10s));
}

TEST_CASE("seconds in which the harness was late are told") {
  RunRecord record = run_with(all_good());
  for (Sample& sample : record.samples.samples) {
    if (sample.scheduled == kT0 + Duration(3500ms)) sample.sent = sample.sent + Duration(80ms);
  }
  const Lane lane = sketch_of(record).punctuality;
  const Stretch* late = first(lane, LaneState::down);
  REQUIRE(late != nullptr);
  CHECK(late->begin == kT0 + Duration(3s));
  CHECK(late->end == kT0 + Duration(4s));
  CHECK(late->text == "sent up to 80ms late");
}
