// Known-bad runs: no data, no fault, no healing is never a pass.
#include <catch2/catch.hpp>

#include "history.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

bool mentions(const Finding& finding, const std::string& words) {
  return finding.text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("an empty record is an error") {
  const Verdict verdict = judge({});
  CHECK(verdict.judgement == Judgement::error);
  CHECK(exit_code(verdict) == 5);
  CHECK_FALSE(verdict.findings.empty());
}

TEST_CASE("events without any sample are an error") {
  RunRecord record = run_with(all_good());
  record.samples.samples.clear();
  const Verdict verdict = judge(record);
  CHECK(verdict.judgement == Judgement::error);
  CHECK(mentions(finding(verdict, "coverage"), "api.read.new: 0 of 400 planned samples"));
  CHECK(finding(verdict, "api.read.new.longest_outage").judgement == Judgement::error);
}

TEST_CASE("a header without probers is an error") {
  RunRecord record = run_with(all_good());
  record.samples = {};
  CHECK(finding(judge(record), "coverage").judgement == Judgement::error);
}

TEST_CASE("95 % of the planned samples are enough, less is an error that names the prober") {
  RunRecord record = run_with(all_good());
  drop(record, [](const Sample& sample) { return sample.sequence % 20 == 7; });  // 381 of 400
  CHECK(judge(record).judgement == Judgement::pass);
  drop(record, [](const Sample& sample) { return sample.sequence % 20 == 13 && sample.sequence < 40; });  // 379
  const Verdict verdict = judge(record);
  CHECK(verdict.judgement == Judgement::error);
  CHECK(mentions(finding(verdict, "coverage"), "api.read.new: 379 of 400 planned samples"));
  CHECK(finding(verdict, "api.read.new.longest_outage").judgement == Judgement::error);
}

TEST_CASE("who looks from inside a node misses nothing while the fault has taken that node") {
  RunRecord record = run_with(all_good());
  record.samples.header.probers[0].through = probe_path::each_etcd_member;
  record.samples.header.probers[0].endpoint = "cp1";
  const auto lose = [&](const std::string& role) {
    RunRecord lost = record;
    for (Event& event : lost.events.events) {
      if (event.type == event_type::fault_injecting)
        event.data["targets"] = Json::array({{{"role", role}, {"node", "cp1"}, {"leads", false}}});
    }
    add_event(lost, kT0 + Duration(1s), event_type::vantage_lost, {{"node", "cp1"}, {"reason", "killed"}});
    add_event(lost, kT0 + Duration(11s), event_type::vantage_reopened, {{"node", "cp1"}});
    drop(lost, [](const Sample& sample) {
      return sample.scheduled > kT0 + Duration(1s) && sample.scheduled < kT0 + Duration(11s);
    });
    return finding(judge(lost), "coverage");
  };
  CHECK(lose("control-plane").judgement == Judgement::pass);
  // Of a fault that leaves the node alone, and on another node, it is the harness that lost it.
  CHECK(lose("etcd").judgement == Judgement::error);
  record.samples.header.probers[0].endpoint = "cp2";
  CHECK(lose("control-plane").judgement == Judgement::error);
}

TEST_CASE("who looks from inside a node misses nothing while that node is paused") {
  RunRecord record = run_with(all_good());
  record.samples.header.probers[0].through = probe_path::each_etcd_member;
  record.samples.header.probers[0].endpoint = "cp1";
  const auto pause = [&](const std::string& fault, const std::string& node) {
    RunRecord paused = record;
    std::string step;
    const Json at_node = {{"role", "control-plane"}, {"node", node}, {"leads", false}};
    for (Event& event : paused.events.events) {
      if (event.type != event_type::fault_injecting) continue;
      event.data["fault"] = fault;
      event.data["targets"] = Json::array({at_node});
      step = json_text(event.data, "/step");
    }
    drop_events(paused, event_type::fault_undone);
    add_event(paused, kT0 + Duration(11s), event_type::fault_undone, {{"step", step}, {"target", at_node}});
    drop(paused, [](const Sample& sample) {
      return sample.scheduled > kT0 + Duration(1s) && sample.scheduled < kT0 + Duration(11s);
    });
    return finding(judge(paused), "coverage").judgement;
  };
  CHECK(pause("node.pause", "cp1") == Judgement::pass);
  // On another node, and where the node is not paused, the harness has lost them.
  CHECK(pause("node.pause", "cp2") == Judgement::error);
  CHECK(pause("network.loss", "cp1") == Judgement::error);
}

TEST_CASE("the same slot twice is one sample") {
  RunRecord record = run_with(all_good());
  drop(record, [](const Sample& sample) { return sample.sequence % 2 == 1; });
  const std::vector<Sample> half = record.samples.samples;
  record.samples.samples.insert(record.samples.samples.end(), half.begin(), half.end());
  CHECK(finding(judge(record), "coverage").judgement == Judgement::error);
}

TEST_CASE("a prober that was never good before the fault proves nothing") {
  const Verdict verdict = judge(run_with(down(kStart, kT0 + Duration(5s))));
  CHECK(verdict.judgement == Judgement::error);
  CHECK(mentions(finding(verdict, "coverage"), "no good sample before the fault"));
}

TEST_CASE("an inject step without proof is an error") {
  RunRecord record = run_with(all_good());
  drop_events(record, event_type::fault_proven);
  const Verdict verdict = judge(record);
  CHECK(verdict.judgement == Judgement::error);
  CHECK(mentions(finding(verdict, "fault.kill"), "0 of 1 targets"));
  CHECK(mentions(finding(verdict, "redundancy.restored"), "no proven fault"));
  CHECK_FALSE(verdict.times.t0_lower);
  // What was not measured is unknown, not zero.
  CHECK(verdict.probers.at(0).summary.longest == Bounds{0s, std::nullopt});
  CHECK(verdict.probers.at(0).summary.availability == ShareBounds{0, 1});
}

TEST_CASE("every target needs its own proof") {
  RunRecord record = run_with(all_good());
  for (Event& event : record.events.events) {
    if (event.type == event_type::fault_injecting) event.data["targets"].push_back(target());
  }
  CHECK(mentions(finding(judge(record), "fault.kill"), "1 of 2 targets"));
  CHECK(judge(record).judgement == Judgement::error);
}

TEST_CASE("a disproved fault is an error, with its reason") {
  RunRecord record = run_with(all_good());
  add_event(record, kT0 + Duration(1s), event_type::fault_unproven,
            {{"step", "kill"}, {"target", target()}, {"reason", "still alive"}});
  const Verdict verdict = judge(record);
  CHECK(verdict.judgement == Judgement::error);
  CHECK(mentions(finding(verdict, "fault.kill"), "still alive"));
}

TEST_CASE("a proof without a usable T0 is an error") {
  RunRecord record = run_with(all_good());
  for (Event& event : record.events.events) {
    if (event.type == event_type::fault_proven) event.data["t0UpperNs"] = 1;
  }
  CHECK(finding(judge(record), "fault.kill").judgement == Judgement::error);
}

TEST_CASE("unproven healing is an error and leaves the cleanup incomplete") {
  RunRecord record = run_with(all_good());
  for (Event& event : record.events.events) {
    if (event.type == event_type::heal_proven) event.type = event_type::heal_unproven;
  }
  const Verdict verdict = judge(record);
  CHECK(verdict.judgement == Judgement::error);
  CHECK(verdict.cleanup_incomplete);
  CHECK(verdict.unhealed == std::vector<std::string>{"kill on cp1"});
  CHECK(exit_code(verdict) == 4);
}

TEST_CASE("a healing that nobody proved is an error") {
  RunRecord record = run_with(all_good());
  drop_events(record, event_type::heal_proven);
  CHECK(finding(judge(record), "heal").judgement == Judgement::error);
}

TEST_CASE("a failed run is an error with what it said") {
  RunRecord record = run_with(all_good());
  drop_events(record, event_type::run_finished);
  add_event(record, kEnd + Duration(3s), event_type::failed,
            {{"kind", "infrastructure"}, {"where", "docker"}, {"message", "gone"}});
  const Verdict verdict = judge(record);
  CHECK(verdict.judgement == Judgement::error);
  CHECK(finding(verdict, "run").text == "docker: gone");
}

TEST_CASE("a cluster that never got whole is an error that names what was missing, and exit code 5") {
  RunRecord record = run_with(all_good());
  drop_events(record, event_type::run_finished);
  const char* missing = "not reached within 5m\nsystem-pods: kube-scheduler-cp1 is not there";
  add_event(record, kEnd + Duration(3s), event_type::failed,
            {{"kind", "infrastructure"}, {"where", "steady state"}, {"message", missing}});
  const Verdict verdict = judge(record);
  CHECK(exit_code(verdict) == 5);
  CHECK(finding(verdict, "run").text == std::string("steady state: ") + missing);
}

TEST_CASE("a history without an end is an error") {
  RunRecord record = run_with(all_good());
  drop_events(record, event_type::run_finished);
  CHECK(judge(record).judgement == Judgement::error);
  CHECK(mentions(finding(judge(record), "run"), "killed"));
}

TEST_CASE("an interrupted run is aborted, with what was measured so far") {
  RunRecord record;
  record.scenario = kill_scenario();
  add_prober(record, prober_info("api.read.new"), down(kT0 + Duration(50ms), kT0 + Duration(1250ms)), kStart,
             kT0 + Duration(4s));
  add_events_until_fault(record);
  add_event(record, kT0 + Duration(6s), event_type::interrupted, {{"signals", 1}});
  const Verdict verdict = judge(record);
  CHECK(verdict.judgement == Judgement::aborted);
  CHECK(exit_code(verdict) == 3);
  CHECK(verdict.probers.at(0).summary.longest == Bounds{1100ms, Duration(1300ms)});
  CHECK(verdict.times.window_end == kT0 + Duration(6s));
  CHECK(verdict.unhealed.size() == 1);
}

TEST_CASE("interrupted before the fault: aborted, and nothing measured") {
  RunRecord record = run_with(all_good());
  drop_events(record, event_type::fault_proven);
  drop_events(record, event_type::run_finished);
  add_event(record, kEnd, event_type::interrupted, {{"signals", 1}});
  const Verdict verdict = judge(record);
  CHECK(verdict.judgement == Judgement::aborted);
  CHECK_FALSE(verdict.api);
}

TEST_CASE("an observe step that had to see recovery and did not is a failure") {
  RunRecord record = run_with(all_good());
  for (Event& event : record.events.events) {
    if (event.type == event_type::observe_ended)
      event.data = {{"step", "recover"}, {"recovered", false}, {"timedOut", true}, {"onTimeout", "fail"}};
  }
  CHECK(finding(judge(record), "recovery.recover").judgement == Judgement::fail);
  CHECK(judge(record).judgement == Judgement::fail);
  for (Event& event : record.events.events) {
    if (event.type == event_type::observe_ended) event.data["onTimeout"] = "continue";
  }
  CHECK(judge(record).judgement == Judgement::pass);
}

TEST_CASE("a control without faults is judged from the steady state on") {
  RunRecord record = run_with(all_good());
  record.scenario.method.erase(record.scenario.method.begin());
  for (const char* type : {event_type::fault_injecting, event_type::fault_proven, event_type::heal_proven})
    drop_events(record, type);
  const Verdict verdict = judge(record);
  CHECK(verdict.judgement == Judgement::pass);
  CHECK(verdict.times.t0_lower == kT0 - Duration(1s));
}

TEST_CASE("torn ends of the history are told") {
  RunRecord record = run_with(all_good());
  record.samples.dropped_bytes = 17;
  record.events.dropped_bytes = 5;
  const Verdict verdict = judge(record);
  REQUIRE(verdict.notes.size() == 2);
  CHECK(verdict.notes[0].find("17 bytes") != std::string::npos);
}

TEST_CASE("each operation needs a success before the fault; the finding names those without") {
  RunRecord record = run_with(all_good());
  ProberInfo write = prober_info("api.write");
  write.operation = operation::write;
  add_prober(record, write, down(kStart, kT0 + Duration(1s)));
  const Verdict verdict = judge(record);
  CHECK(verdict.judgement == Judgement::error);
  CHECK(mentions(finding(verdict, "coverage"), "operation write: no success before the fault"));
  REQUIRE(verdict.operations.size() == 2);
  CHECK(verdict.operations[0].operation == "read");
  CHECK(verdict.operations[0].baseline_ok == 90);
  CHECK(verdict.operations[1].operation == "write");
  CHECK(verdict.operations[1].baseline_ok == 0);
  CHECK(verdict.operations[1].probers == 1);
}

TEST_CASE("the successes of each operation before the fault are told") {
  RunRecord record = run_with(all_good());
  ProberInfo list = prober_info("api.list", 200ms);
  list.operation = operation::list;
  add_prober(record, list, all_good());
  CHECK(mentions(finding(judge(record), "coverage"), "read 90, list 45"));
}

TEST_CASE("findings of an audit are part of the verdict as they are") {
  RunRecord record = run_with(all_good());
  Finding lost;
  lost.id = "audit.writes";
  lost.judgement = Judgement::fail;
  lost.text = "1 acknowledged write is lost";
  record.audit.push_back(lost);
  const Verdict verdict = judge(record);
  CHECK(verdict.judgement == Judgement::fail);
  CHECK(finding(verdict, "audit.writes").text == lost.text);
}

TEST_CASE("late successes are down, and counted apart") {
  const Verdict verdict =
      judge(run_with(both(down(kT0 + Duration(1s), kT0 + Duration(2s)),
                          down(kT0 + Duration(5s), kT0 + Duration(5300ms), {Outcome::slow, 1200ms}))));
  CHECK(verdict.api->bad == 13);
  CHECK(verdict.api->late == 3);
}

TEST_CASE("a list of outages is cut to the longest; all are counted") {
  RunRecord record;
  record.scenario = kill_scenario();
  // Every second sample bad, but for one stretch of 1 s.
  const World flapping = [](Instant sent) {
    const std::int64_t slot = (sent - kStart) / 10ms;
    const bool stretch = sent >= kT0 + Duration(20s) && sent < kT0 + Duration(21s);
    return slot % 2 == 1 || stretch ? Fate{Outcome::refused, 1ms} : Fate{};
  };
  add_prober(record, prober_info("api.read.new", 10ms), flapping);
  add_events_until_fault(record);
  add_events_until_end(record, 5s);
  const Verdict verdict = judge(record);
  const ProberResult& prober = verdict.probers.at(0);
  CHECK(prober.outage_count == 1450);
  CHECK(prober.outages.size() == kOutagesListed);
  CHECK(std::is_sorted(prober.outages.begin(), prober.outages.end(),
                       [](const Outage& a, const Outage& b) { return a.first_bad < b.first_bad; }));
  CHECK(std::any_of(prober.outages.begin(), prober.outages.end(), [](const Outage& one) { return one.bad > 100; }));
  CHECK(prober.summary.longest.upper.value() >= 1s);
  CHECK(verdict.api->outage_count == 1450);
  CHECK(verdict.api->outages.size() == kOutagesListed);
}

TEST_CASE("of a slow prober the timetable may make fewer slots than periods") {
  // 13 periods: most seeds give 12 to 16 slots, and 10 have a chance of one in a thousand.
  const auto judged_with = [](std::uint32_t slots) {
    RunRecord record = run_with(all_good());
    const auto period = std::chrono::duration_cast<Duration>((kEnd - kStart) / 13.0);
    const std::uint16_t slow = add_prober(record, prober_info("slow", period), all_good());
    drop(record, [&](const Sample& sample) { return sample.prober == slow && sample.sequence >= slots; });
    return finding(judge(record), "coverage");
  };
  CHECK(judged_with(13).judgement == Judgement::pass);
  CHECK(judged_with(11).judgement == Judgement::pass);
  CHECK(mentions(judged_with(9), "slow: 9 of 10 planned samples"));
}
