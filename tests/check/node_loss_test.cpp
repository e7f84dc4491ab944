// SLIs of nodes that are hit and of their pods: the last of them counts, what was not seen is open, and what nobody
// watched is an error.
#include "check/node_loss.hpp"

#include <catch2/catch.hpp>

#include "bounds/flags.hpp"
#include "nodes.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

using Kind = SliRef::Kind;

const std::vector<std::pair<Kind, const char*>> kSlis{{Kind::nodes_not_ready, "nodes.not_ready"},
                                                      {Kind::pods_removed, "pods.removed"},
                                                      {Kind::pods_replaced, "pods.replaced"}};

/// Workers w1 and w2 with two pods each, all served; w1 is killed at T0.
RunRecord at_rest(const Json& targets = Json::array({worker("w1")})) {
  RunRecord record = run_with(all_good());
  record.scenario.slos.clear();
  for (const auto& [kind, text] : kSlis) record.scenario.slos.push_back(slo(kind, "", text, 20s));
  hit_instead(record, "node.kill", targets);
  for (const char* name : {"w1", "w2"}) node_told(record, -9s, name, "True");
  const std::map<std::string, std::string> places{{"a", "w1"}, {"b", "w1"}, {"c", "w2"}, {"d", "w2"}};
  for (const auto& [name, node] : places) {
    endpoint_told(record, -9s, name, true, node);
    pod_told(record, -9s, serving(name, node));
  }
  return record;
}

/// Everything that should follow does: at 10 s, 11 s and 18 s.
RunRecord lost() {
  RunRecord record = at_rest();
  node_told(record, 10s, "w1", "Unknown");
  endpoint_told(record, 10500ms, "a", false, "w1");
  endpoint_told(record, 11s, "b", false, "w1");
  for (const char* name : {"a", "b"}) pod_told(record, 15s, going(name, "w1"));
  pod_told(record, 16s, serving("e", "w2"));
  pod_told(record, 18s, serving("f", "w2"));
  return record;
}

Finding judged(const RunRecord& record, const std::string& sli) { return finding(judge(record), sli); }

/// Without the events of a type that are told of one thing after `from`.
void forget(RunRecord& record, const char* type, const std::string& about, Duration from = -1h) {
  std::erase_if(record.events.events, [&](const Event& event) {
    const bool meant = json_text(event.data, "/pod") == about || json_text(event.data, "/node") == about;
    return event.type == type && meant && event.at >= kT0 + from;
  });
}

void automatic(RunRecord& record) {
  for (Slo& one : record.scenario.slos) one.automatic = true;
  add_event(record, kStart - Duration(500ms), event_type::flags_read, bounds::to_json(default_flags()));
}

}  // namespace

TEST_CASE("a node that is lost: the last of its nodes, of its endpoints, of the replacements") {
  const Verdict verdict = judge(lost());
  CHECK(finding(verdict, "nodes.not_ready").time == Bounds{9999ms, Duration(10s)});
  CHECK(finding(verdict, "pods.removed").time == Bounds{10999ms, Duration(11s)});
  CHECK(finding(verdict, "pods.replaced").time == Bounds{17999ms, Duration(18s)});
  for (const auto& [kind, text] : kSlis) CHECK(finding(verdict, text).judgement == Judgement::pass);
}

TEST_CASE("a budget that is missed, and one between the bounds") {
  RunRecord record = lost();
  for (Slo& one : record.scenario.slos) one.budget = 9s;
  for (const auto& [kind, text] : kSlis) CHECK(judged(record, text).judgement == Judgement::fail);
  record.scenario.slos.back().budget = 17999500us;
  CHECK(judged(record, "pods.replaced").judgement == Judgement::inconclusive);
}

TEST_CASE("what is not seen by the end of the window is open: never a pass, a failure once it is too long") {
  RunRecord record = at_rest();
  for (const auto& [kind, text] : kSlis) {
    const Finding open = judged(record, text);
    INFO(text << ": " << open.text);
    CHECK(open.time == Bounds{29999ms, std::nullopt});
    CHECK(open.judgement == Judgement::fail);  // budget 20 s
  }
  for (Slo& one : record.scenario.slos) one.budget = 10min;
  for (const auto& [kind, text] : kSlis) CHECK(judged(record, text).judgement == Judgement::inconclusive);
  CHECK(judged(record, "nodes.not_ready").text.ends_with("w1 was not seen to be called not Ready"));
  CHECK(judged(record, "pods.replaced").text.ends_with("no pod was seen to be thrown out"));
}

TEST_CASE("one of several that is missing leaves it open") {
  RunRecord record = lost();
  forget(record, event_type::pod_changed, "f");
  CHECK(judged(record, "pods.replaced").time == Bounds{29999ms, std::nullopt});
  CHECK(judged(record, "pods.replaced").text.find("1 of 2 replacements of a was not seen to be Ready") !=
        std::string::npos);
  record = lost();
  forget(record, event_type::endpoint_changed, "b", 0s);
  CHECK(judged(record, "pods.removed").text.find("b of shop/web") != std::string::npos);
  CHECK(judged(record, "pods.removed").judgement == Judgement::fail);
  record = lost();
  hit_instead(record, "node.kill", Json::array({worker("w1"), worker("w2")}));
  CHECK(judged(record, "nodes.not_ready").text.find("w2 was not seen") != std::string::npos);
}

TEST_CASE("a pod that tolerates no longer than one that was thrown out has to be thrown out as well") {
  RunRecord record = lost();
  forget(record, event_type::pod_changed, "b", 0s);
  forget(record, event_type::pod_changed, "f");
  CHECK(judged(record, "pods.replaced").time == Bounds{29999ms, std::nullopt});
  // One that tolerates longer, or forever, may stay.
  for (const Json& longer : {Json(300), Json()}) {
    PodStory patient = serving("b", "w1");
    patient.tolerates = longer;
    pod_told(record, -8s, patient);
    CHECK(judged(record, "pods.replaced").time == Bounds{15999ms, Duration(16s)});
  }
}

TEST_CASE("pods of other owners neither need replacements nor are some") {
  RunRecord record = lost();
  PodStory daemon{"daemon", "w1", "Running", true, false, "set", "", "DaemonSet"};
  pod_told(record, -9s, daemon);
  daemon.leaving = true;
  pod_told(record, 15s, daemon);
  CHECK(judged(record, "pods.replaced").time == Bounds{17999ms, Duration(18s)});
}

TEST_CASE("a pod of a StatefulSet comes back under its old name, as another one") {
  RunRecord record = at_rest();
  PodStory member{"db-0", "w1", "Running", true, false, "set", "", "StatefulSet"};
  pod_told(record, -9s, member);
  for (const char* name : {"a", "b"}) forget(record, event_type::pod_changed, name);
  member.leaving = true;
  pod_told(record, 15s, member);
  CHECK(judged(record, "pods.replaced").time == Bounds{29999ms, std::nullopt});  // nobody makes another one
  member.leaving = false;
  member.uid = "another";
  pod_told(record, 20s, member);
  CHECK(judged(record, "pods.replaced").time == Bounds{19999ms, Duration(20s)});
}

TEST_CASE("nodes and pods that nobody watched are an error, never a pass") {
  const auto error = [](RunRecord record, const char* type, const std::string& sli) {
    drop_events(record, type);
    const Finding found = judged(record, sli);
    INFO(found.text);
    CHECK(found.judgement == Judgement::error);
    CHECK_FALSE(found.time);
  };
  error(lost(), event_type::node_changed, "nodes.not_ready");
  error(lost(), event_type::endpoint_changed, "pods.removed");
  error(lost(), event_type::pod_changed, "pods.replaced");
  error(lost(), event_type::fault_injecting, "nodes.not_ready");
  RunRecord elsewhere = lost();
  hit_instead(elsewhere, "node.kill", Json::array({worker("w3")}));
  for (const auto& [kind, text] : kSlis) CHECK(judged(elsewhere, text).judgement == Judgement::error);
  RunRecord away = lost();
  for (Event& event : away.events.events) {
    if (event.type == event_type::node_changed && event.at < kT0) event.data["ready"] = "False";
  }
  CHECK(judged(away, "nodes.not_ready").text.find("not Ready, before the fault") != std::string::npos);
}

TEST_CASE("what would not have been told is not held against anybody") {
  RunRecord record = at_rest();
  const auto stream = [&record](Duration at, const char* state) {
    add_event(record, kT0 + at, event_type::workload_stream,
              {{"of", event_type::node_changed}, {"state", state}, {"version", 7}});
  };
  stream(-9s, "opened");
  stream(5s, "ended");
  stream(6s, "expired");
  CHECK(judged(record, "nodes.not_ready").time == Bounds{4999ms, std::nullopt});
  CHECK(judged(record, "nodes.not_ready").judgement == Judgement::inconclusive);
  stream(7s, "opened");
  CHECK(judged(record, "nodes.not_ready").time == Bounds{29999ms, std::nullopt});
}

TEST_CASE("by the flags: too early is a failure, and so is too late") {
  RunRecord record = lost();  // after 10 s; the flags say 39.6 s to 61 s
  automatic(record);
  for (const auto& [kind, text] : kSlis) {
    const Finding early = judged(record, text);
    INFO(text << ": " << early.text);
    CHECK(early.judgement == Judgement::fail);
    CHECK(early.text.find("earlier than the flags allow") != std::string::npos);
  }
  CHECK(judged(record, "pods.replaced").bound->upper == 96s);  // 30 s of the pods' own, not 300 s

  const auto with_grace = [](const char* grace, const char* period) {
    bounds::ClusterFlags flags = default_flags();
    set_flag(flags, bounds::component::controller_manager, "node-monitor-grace-period", grace);
    set_flag(flags, bounds::component::controller_manager, "node-monitor-period", period);
    RunRecord run = lost();
    for (Slo& one : run.scenario.slos) one.automatic = true;
    add_event(run, kStart - Duration(500ms), event_type::flags_read, bounds::to_json(flags));
    return run;
  };
  CHECK(judged(with_grace("15s", "1s"), "nodes.not_ready").judgement == Judgement::pass);  // 4.6 s to 18 s
  CHECK(judged(with_grace("15s", "1s"), "pods.removed").judgement == Judgement::pass);
  CHECK(judged(with_grace("5s", "1s"), "nodes.not_ready").judgement == Judgement::fail);  // up to 8 s
}

TEST_CASE("how long pods tolerate: their own word, or nothing in older histories") {
  const Window window{kT0, kT0 + Duration(1ms), kEnd};
  const auto own = toleration_of_pods(lost().events, window);
  REQUIRE(own.ok());
  REQUIRE(own->has_value());
  CHECK((*own)->least == 30s);
  CHECK((*own)->most == 30s);
  RunRecord old = lost();
  for (Event& event : old.events.events) event.data.erase("toleratesUnreachableS");
  CHECK_FALSE(toleration_of_pods(old.events, window)->has_value());
  RunRecord forever = lost();
  for (Event& event : forever.events.events) {
    if (event.type == event_type::pod_changed) event.data["toleratesUnreachableS"] = nullptr;
  }
  CHECK_FALSE(toleration_of_pods(forever.events, window).ok());
}
