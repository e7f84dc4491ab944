// While a scenario has taken the quorum away on purpose, availability is not owed: shown, not judged. From the first
// proof that there can be a quorum again, it is.
#include "check/owed.hpp"

#include <catch2/catch.hpp>

#include "history.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

Json member(const std::string& node) { return {{"role", "etcd"}, {"node", node}, {"leads", false}}; }

/// Two of three etcd members are killed at T0 and 100 ms later; the API is down from T0 on for `outage`.
RunRecord quorum_run(Duration outage, bool kept = false) {
  RunRecord record = run_with(down(kT0 + Duration(120ms), kT0 + outage), 12s);
  drop_events(record, event_type::heal_proven);
  for (Event& event : record.events.events) {
    if (event.type == event_type::fault_injecting) {
      event.data["targets"] = Json::array({member("cp1"), member("cp2")});
      event.data["quorum"] = {{"members", 3}, {"remaining", 1}, {"needed", 2}, {"kept", kept}};
    } else if (event.type == event_type::fault_proven) {
      event.data["target"] = member("cp1");
    }
  }
  add_event(record, kT0 + Duration(102ms), event_type::fault_proven,
            {{"step", "kill"},
             {"target", member("cp2")},
             {"t0LowerNs", (kT0 + Duration(100ms)).ns},
             {"t0UpperNs", (kT0 + Duration(101ms)).ns},
             {"proof", Json::object()}});
  for (const char* node : {"cp1", "cp2"}) {
    add_event(record, kEnd + Duration(1s), event_type::heal_proven, {{"step", "kill"}, {"target", member(node)}});
  }
  return record;
}

void repair(RunRecord& record, Duration since, const char* node) {
  add_event(record, kT0 + since, event_type::repaired, {{"role", "etcd"}, {"node", node}});
}

}  // namespace

TEST_CASE("a quorum lost on purpose: the stretch is not owed, the run passes, and all of it is shown") {
  RunRecord record = quorum_run(10s);
  const Verdict verdict = judge(record);
  REQUIRE(verdict.not_owed.size() == 1);
  CHECK(verdict.not_owed[0].begin == kT0 + Duration(100ms));  // with the second member
  CHECK(verdict.not_owed[0].end == kT0 + Duration(12110ms));  // the first check that finds every API server ready
  CHECK(verdict.judgement == Judgement::pass);
  CHECK(exit_code(verdict) == 0);
  const Finding owed = finding(verdict, "api.read.new.longest_outage");
  CHECK(owed.judgement == Judgement::pass);
  const Finding shown = finding(verdict, "api.read.new.longest_outage (not owed)");
  CHECK(shown.judgement == Judgement::not_owed);
  REQUIRE(shown.time);
  CHECK(shown.time->lower == 9700ms);  // 0.2 to 9.9 s
  CHECK(shown.text.find("fewer than the 2 of 3 etcd") != std::string::npos);
  CHECK(finding(verdict, "api.read.new.availability (not owed)").judgement == Judgement::not_owed);
  // What users saw is told in any case.
  CHECK(verdict.api->longest.lower == 9700ms);
  CHECK(verdict.api->availability.upper < 0.7);
}

TEST_CASE("the same outage with a quorum is a failure") {
  const Verdict verdict = judge(quorum_run(10s, true));
  CHECK(verdict.not_owed.empty());
  CHECK(finding(verdict, "api.read.new.longest_outage").judgement == Judgement::fail);
  CHECK_FALSE(has_finding(verdict, "api.read.new.longest_outage (not owed)"));
}

TEST_CASE("an outage that goes on when there can be a quorum again is judged from there on") {
  RunRecord record = quorum_run(10s);
  repair(record, 5s, "cp2");
  const Verdict verdict = judge(record);
  CHECK(verdict.not_owed.at(0).end == kT0 + Duration(5s));
  const Finding owed = finding(verdict, "api.read.new.longest_outage");
  CHECK(owed.judgement == Judgement::fail);  // 5.0 to 9.9 or 10.0 s, budget 2 s
  CHECK(owed.time == Bounds{4900ms, Duration(5s)});
  CHECK(finding(verdict, "api.read.new.longest_outage (not owed)").time->lower == 4800ms);
  CHECK(verdict.judgement == Judgement::fail);
}

TEST_CASE("one of two members back is enough; the same one twice is one") {
  RunRecord record = quorum_run(10s);
  for (Event& event : record.events.events) {
    if (event.type == event_type::fault_injecting) {
      event.data["targets"] = Json::array({member("cp1"), member("cp2"), member("cp3")});
      event.data["quorum"] = {{"members", 3}, {"remaining", 0}, {"needed", 2}, {"kept", false}};
    }
  }
  repair(record, 3s, "cp1");
  repair(record, 4s, "cp1");
  CHECK(judge(record).not_owed.at(0).end == kT0 + Duration(12110ms));  // two are needed, one is back
  repair(record, 5s, "cp2");
  CHECK(judge(record).not_owed.at(0).end == kT0 + Duration(5s));
}

TEST_CASE("repairs of others and from before do not count") {
  RunRecord record = quorum_run(10s);
  repair(record, -1s, "cp1");
  repair(record, 2s, "cp3");
  add_event(record, kT0 + Duration(2s), event_type::repaired, {{"role", "apiserver"}, {"node", "cp1"}});
  CHECK(judge(record).not_owed.at(0).end == kT0 + Duration(12110ms));
}

TEST_CASE(
    "a check that fails for another reason shows a quorum when every API server is ready; one under way does not") {
  RunRecord record = quorum_run(10s);
  Json pods = Json::array();
  pods.push_back({{"condition", "system-pods"}, {"reason", "not ready"}});
  const auto look = [&](Duration start, Duration end, const Json& failing) {
    add_event(record, kT0 + end, event_type::redundancy_check,
              {{"startNs", (kT0 + start).ns}, {"endNs", (kT0 + end).ns}, {"ok", false}, {"failing", failing}});
  };
  look(50ms, 300ms, pods);          // begun before the second member died
  look(2s, 2100ms, Json::array());  // says nothing
  CHECK(judge(record).not_owed.at(0).end == kT0 + Duration(12110ms));
  look(8s, 8200ms, pods);
  CHECK(judge(record).not_owed.at(0).end == kT0 + Duration(8200ms));
}

TEST_CASE("an API server that still calls its etcd fine is no sign of a quorum, as long as its news can be old") {
  const auto owed_from = [](Duration look) {
    RunRecord record = quorum_run(10s);
    add_event(record, kT0 + look + Duration(100ms), event_type::redundancy_check,
              {{"startNs", (kT0 + look).ns},
               {"endNs", (kT0 + look + Duration(100ms)).ns},
               {"ok", false},
               {"failing", Json::array({{{"condition", "nodes"}, {"reason", "timed out"}}})}});
    return judge(record).not_owed.at(0).end - kT0;
  };
  CHECK(owed_from(200ms) == 12110ms);
  CHECK(owed_from(3100ms) == 12110ms);  // the second member was gone at 101 ms
  CHECK(owed_from(3200ms) == 3300ms);
}

TEST_CASE("a proof of healing ends the stretch, at its instant when it has one") {
  RunRecord record = quorum_run(10s);
  for (Event& event : record.events.events) {
    if (event.type != event_type::heal_proven) continue;
    event.data["proof"] = {{"healedLowerNs", (kT0 + Duration(6s)).ns}, {"healedUpperNs", (kT0 + Duration(6100ms)).ns}};
  }
  CHECK(judge(record).not_owed.at(0).end == kT0 + Duration(6100ms));
}

TEST_CASE("never seen back: nothing after T0 is owed, and that is no failure of the service") {
  RunRecord record = quorum_run(100s);
  std::erase_if(record.events.events, [](const Event& event) {
    return event.type == event_type::redundancy_check && event.at > kT0 && json_get<bool>(event.data, "/ok").value();
  });
  drop_events(record, event_type::heal_proven);
  const Verdict verdict = judge(record);
  CHECK(verdict.not_owed.at(0).end == kDistantFuture);
  const Finding owed = finding(verdict, "api.read.new.longest_outage");
  CHECK(owed.judgement == Judgement::pass);                                     // the 100 ms before the second kill
  CHECK(finding(verdict, "redundancy.restored").judgement != Judgement::pass);  // that is owed
  CHECK(verdict.judgement == Judgement::error);                                 // and healing is not proven
}

TEST_CASE("a fault that is not proven on enough targets took no quorum away") {
  RunRecord record = quorum_run(10s);
  std::erase_if(record.events.events, [](const Event& event) {
    return event.type == event_type::fault_proven && json_text(event.data, "/target/node") == "cp2";
  });
  CHECK(judge(record).not_owed.empty());
}

TEST_CASE("the API does not need controller managers: its availability stays owed without them") {
  RunRecord record = quorum_run(10s);
  for (Event& event : record.events.events) {
    if (event.type != event_type::fault_injecting) continue;
    for (Json& one : event.data["targets"]) one["role"] = "controller-manager";
  }
  CHECK(judge(record).not_owed.empty());
}

TEST_CASE("a request caught on its way by the loss is not owed either") {
  RunRecord record = quorum_run(10s);
  // Sent at 0.0, before the second member died, and hanging until its timeout.
  for (Sample& sample : record.samples.samples) {
    if (sample.scheduled != kT0) continue;
    sample.outcome = Outcome::timeout;
    sample.done = sample.sent + Duration(10s);
  }
  record.scenario.slos.front().budget = 0s;
  const Verdict verdict = judge(record);
  const Finding owed = finding(verdict, "api.read.new.longest_outage");
  CHECK(owed.judgement == Judgement::inconclusive);  // not a failure: only the 100 ms before it are possible
  CHECK(owed.time->lower == 0s);
  CHECK(verdict.probers.at(0).user->owed->bad == 0);
}

TEST_CASE("owed and not owed make up the whole") {
  RunRecord record = quorum_run(10s);
  repair(record, 5s, "cp2");
  const Verdict verdict = judge(record);
  const UserOutages& api = *verdict.api;
  REQUIRE(api.owed);
  REQUIRE(api.not_owed);
  CHECK(api.owed->bad + api.not_owed->bad == api.bad);
  CHECK(api.owed->total.lower + api.not_owed->total.lower == api.total.lower);
  CHECK(*api.owed->total.upper + *api.not_owed->total.upper == *api.total.upper);
}
