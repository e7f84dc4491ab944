#include "page/event_lanes.hpp"

#include <catch2/catch.hpp>

#include "history/servers_seen.hpp"
#include "page/stories.hpp"
#include "page/timeline_data.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

Axis whole() { return {kT0, kStart, kEnd + Duration(2s), true}; }

}  // namespace

namespace {

/// Says of the only fault whether it stays in force; nullopt: it does not say.
void tell_stays(RunRecord& record, std::optional<bool> stays) {
  for (Event& event : record.events.events) {
    if (event.type == event_type::fault_proven && stays) event.data["stays"] = *stays;
  }
}

}  // namespace

TEST_CASE("what was done once is an instant, and a line until its target works again") {
  RunRecord record = kill_run(900ms);
  // Of a process.kill its evidence tells as well, so that older runs are drawn the same.
  for (const std::optional<bool> told : {std::optional<bool>(), std::optional<bool>(false)}) {
    tell_stays(record, told);
    const auto lanes = fault_lanes(record, whole());
    REQUIRE(lanes.size() == 1);
    REQUIRE(lanes[0].stretches.size() == 2);
    CHECK(lanes[0].stretches[0].state == LaneState::done);
    CHECK(lanes[0].stretches[0].begin == kT0);
    CHECK(lanes[0].stretches[0].end == kT0 + Duration(1ms));
    CHECK(lanes[0].stretches[1].state == LaneState::mending);
    CHECK(lanes[0].stretches[1].end == kEnd + Duration(1s));
  }
  drop_events(record, event_type::heal_proven);
  const auto unhealed = fault_lanes(record, whole());
  CHECK(unhealed[0].stretches[1].end == whole().end);
  CHECK(unhealed[0].stretches[1].text == "its target was not proven to work again");
}

TEST_CASE("a process that is held down is a stretch, by the evidence of its kill") {
  RunRecord record = kill_run(900ms);
  for (Event& event : record.events.events) {
    if (event.type == event_type::fault_proven) event.data["proof"] = {{"held", true}};
  }
  CHECK(fault_lanes(record, whole()).at(0).stretches.at(1).state == LaneState::force);
}

TEST_CASE("of another fault nothing is guessed when the run does not tell") {
  RunRecord record = kill_run(900ms);
  for (Event& event : record.events.events) {
    if (event.type == event_type::fault_injecting) event.data["fault"] = "pod.delete";
  }
  CHECK(fault_lanes(record, whole()).at(0).stretches.at(1).state == LaneState::force);
  tell_stays(record, false);
  CHECK(fault_lanes(record, whole()).at(0).stretches.at(0).state == LaneState::done);
}

TEST_CASE("a fault is in force from T0 until it is undone") {
  RunRecord record = kill_run(900ms);
  tell_stays(record, true);
  const auto lanes = fault_lanes(record, whole());
  REQUIRE(lanes.size() == 1);
  CHECK(lanes[0].name == "process.kill of apiserver on cp1");
  REQUIRE(lanes[0].stretches.size() == 2);
  CHECK(lanes[0].stretches[0] == Stretch{kT0, kT0 + Duration(1ms), LaneState::maybe, "comes into force"});
  CHECK(lanes[0].stretches[1].end == kEnd + Duration(1s));
  drop_events(record, event_type::heal_proven);
  const auto unhealed = fault_lanes(record, whole());
  CHECK(unhealed[0].stretches[1].end == whole().end);
  CHECK(unhealed[0].stretches[1].text == "not proven healed");
}

TEST_CASE("a fault that is not proven has an empty lane that says so") {
  const auto lanes = fault_lanes(golden_runs().at("error"), whole());
  REQUIRE(lanes.size() == 1);
  CHECK(lanes[0].stretches.empty());
  CHECK(lanes[0].note == "not proven in force");
}

TEST_CASE("of two pods of one node each has its own T0 and its own healing") {
  const auto lanes = fault_lanes(two_pods_hit(), whole());
  REQUIRE(lanes.size() == 2);
  for (int i = 0; i < 2; ++i) {
    const Lane& lane = lanes[static_cast<std::size_t>(i)];
    CHECK(lane.name == fmt::format("process.kill of pod shop/web-{} on w", i + 1));
    REQUIRE(lane.stretches.size() == 2);
    CHECK(lane.stretches[0].begin == kT0 + Duration(1s) * i);
    CHECK(lane.stretches[1].end == kT0 + Duration(3010ms) + Duration(2s) * i);
  }
}

TEST_CASE("members of etcd lead or follow in a term, and one that is not asked does neither") {
  RunRecord record;
  for (Duration at = 0s; at < 10s; at += 500ms) {
    look_at_etcd(record, "cp1", at < 5s ? "cp1" : "cp2", at < 5s ? 2 : 3, 100, at);
    if (at < 5s) look_at_etcd(record, "cp2", "cp1", 2, 100, at);
  }
  const auto lanes = etcd_member_lanes(record);
  REQUIRE(lanes.size() == 2);
  REQUIRE(lanes[0].stretches.size() == 3);
  CHECK(lanes[0].stretches[0].state == LaneState::leads);
  CHECK(lanes[0].stretches[0].text == "leads (term 2)");
  CHECK(lanes[0].stretches[1].state == LaneState::maybe);
  CHECK(lanes[0].stretches[2].text == "follows (term 3)");
  REQUIRE(lanes[1].stretches.size() == 1);
  CHECK(lanes[1].stretches[0].end < kT0 + Duration(5s));
}

TEST_CASE("a Lease has a holder until the last renewal, then nobody is seen") {
  const RunRecord record = failover_run();
  const Verdict verdict = judge(record);
  for (const LeadershipResult& result : verdict.leadership) {
    const Lane lane = reign_lane(result, whole());
    INFO(lane.name);
    REQUIRE_FALSE(lane.stretches.empty());
    for (std::size_t i = 1; i < lane.stretches.size(); ++i) CHECK(lane.stretches[i].begin == lane.stretches[i - 1].end);
  }
  const Lane manager = reign_lane(leadership(verdict, component::controller_manager), whole());
  REQUIRE(manager.stretches.size() == 3);
  CHECK(manager.stretches[1].state == LaneState::maybe);
  CHECK(manager.stretches[1].end - manager.stretches[1].begin > Duration(10s));
}

TEST_CASE("nodes, endpoints and pods are what was told last, and unknown while the stream is lost") {
  RunRecord record = kill_run(900ms);
  node_told(record, -9s, "w", "True");
  node_told(record, 5s, "w", "Unknown");
  endpoint_told(record, -9s, "web-1", true);
  pod_told(record, -9s, serving("web-1", "w"));
  add_event(record, kT0 + Duration(2s), event_type::workload_stream, {{"of", "pod.changed"}, {"state", "ended"}});
  const auto nodes = node_lanes(record, whole());
  REQUIRE(nodes.size() == 1);
  CHECK(nodes[0].stretches[1].state == LaneState::down);
  CHECK(nodes[0].stretches[1].begin == kT0 + Duration(5s));
  CHECK(endpoint_lanes(record, whole()).at(0).name == "web: web-1");
  const auto pods = pod_lanes(record, whole());
  REQUIRE(pods.at(0).stretches.size() == 1);
  CHECK(pods[0].stretches[0].end == kT0 + Duration(2s));
}

TEST_CASE("who answers is told for each way in by itself") {
  const RunRecord record = worker_lost_run();
  MemorySamples samples(record.samples);
  const Verdict verdict = judge(record);
  const auto sketch = sketch_samples(samples, whole(), BinGrid(whole()), servers_seen(record.events));
  REQUIRE(sketch.ok());
  std::map<std::string, std::size_t> lanes;
  for (const LaneGroup& group : lane_groups(record, verdict, whole(), *sketch)) lanes[group.name] = group.lanes.size();
  CHECK(lanes["Pods that answer through the node load balancer"] == web_pods().size());
  CHECK(lanes["Pods that answer through the ClusterIP"] == web_pods().size());
  CHECK(lanes["Nodes"] == 2);
  CHECK(lanes["Service endpoints"] == web_pods().size());
  CHECK(lanes["Pods"] == web_pods().size());
}

TEST_CASE("redundancy is what the checks saw, with what failed") {
  const auto lanes = redundancy_lanes(kill_run(900ms));
  REQUIRE(lanes.size() == 1);
  const auto failing = std::find_if(lanes[0].stretches.begin(), lanes[0].stretches.end(),
                                    [](const Stretch& one) { return one.state == LaneState::down; });
  REQUIRE(failing != lanes[0].stretches.end());
  CHECK(failing->text == "fails: api-servers");
}

TEST_CASE("groups with nothing to show are left out, and one with far too many lanes is cut") {
  RunRecord record = kill_run(900ms);
  const auto groups_of = [&record] {
    MemorySamples samples(record.samples);
    const Verdict verdict = judge(record);
    const auto sketch = sketch_samples(samples, whole(), BinGrid(whole()), {});
    REQUIRE(sketch.ok());
    return lane_groups(record, verdict, whole(), *sketch);
  };
  std::vector<std::string> names;
  for (const LaneGroup& group : groups_of()) names.push_back(group.name);
  CHECK(names == std::vector<std::string>{"Fault", "Users", "API servers", "etcd", "Leases", "Redundancy", "Harness"});
  for (int i = 0; i < 50; ++i) node_told(record, 0s, fmt::format("w{}", i), "True");
  for (const LaneGroup& group : groups_of()) {
    CHECK(group.lanes.size() <= kMostLanes);
    CHECK(group.note.empty() == (group.name != "Nodes"));
  }
}
