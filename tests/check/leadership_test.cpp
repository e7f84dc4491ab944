// Who led, how a failover went, and that two leaders at once are caught. Each detector has its known-bad case.
#include <catch2/catch.hpp>

#include "check/failover.hpp"
#include "check/lease_history.hpp"
#include "leaders.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

Judgement judged(const RunRecord& record, const std::string& component) {
  return finding(judge(record), "leadership." + component).judgement;
}

std::string said(const RunRecord& record, const std::string& component) {
  return finding(judge(record), "leadership." + component).text;
}

}  // namespace

TEST_CASE("a Lease that is taken after it has lapsed: phases from T0, each with bounds") {
  RunRecord record = manager_killed();
  work(record, kManager, 17900ms, 18s);
  const LeadershipResult result = leadership(judge(record), "controller-manager");
  CHECK(result.not_measured.empty());
  CHECK(result.leader_hit);
  CHECK(result.reign_count == 2);
  CHECK(result.changes == 1);
  CHECK(result.takeovers == 1);
  REQUIRE(result.failover);
  CHECK(result.failover->from_node == "cp1");
  CHECK(result.failover->to_node == "cp2");
  // Renewed 1 s before T0 and told 20 ms later, for 15 s; T0 is known to within 1 ms.
  CHECK(result.failover->detection == Bounds{13999ms, Duration(14020ms)});
  CHECK(result.failover->acquired == Bounds{14999ms, Duration(15020ms)});
  CHECK(result.failover->work == Bounds{17899ms, Duration(18s)});
  CHECK(result.failover->since_last_renewal == Bounds{15980ms, Duration(16020ms)});
  CHECK(judged(record, "controller-manager") == Judgement::pass);
}

TEST_CASE("reigns have their renewals, the longest gap between them and the transitions") {
  const LeadershipResult result = leadership(judge(manager_killed()), "controller-manager");
  REQUIRE(result.reigns.size() == 2);
  const Reign& reign = result.reigns[0];
  CHECK(reign.holder == "cp1_a");
  CHECK(reign.number == 4);
  CHECK(reign.confirmations == 5);
  CHECK(reign.longest_gap == 2s);
  CHECK(reign.lease == 15s);
  CHECK(reign.confirmed == Interval{kT0 - Duration(1s), kT0 - Duration(980ms)});
  CHECK_FALSE(reign.released);
}

TEST_CASE("a Lease that is given up is free at once, and nobody took it too early") {
  RunRecord record = manager_killed(28s);
  observe_lease(record, 110, {"", 4, 100ms, 100ms});
  renew_lease(record, 111, "cp3_c", 5, 900ms, 27s);
  std::erase_if(record.events.events, [](const Event& event) { return json_text(event.data, "/holder") == "cp2_b"; });
  const LeadershipResult result = leadership(judge(record), "controller-manager");
  REQUIRE(result.failover);
  CHECK(result.reigns[0].released);
  CHECK(result.failover->detection == Bounds{99ms, Duration(120ms)});
  CHECK(result.failover->acquired == Bounds{899ms, Duration(920ms)});
  CHECK(judged(record, "controller-manager") == Judgement::pass);
}

TEST_CASE("known bad: a takeover before the Lease has lapsed") {
  const RunRecord early = manager_killed(10s);
  CHECK(judged(early, "controller-manager") == Judgement::fail);
  CHECK(said(early, "controller-manager").find("cp2_b (transition 5) took the Lease at most 11s20ms after cp1_a") == 0);
  CHECK(judge(early).judgement == Judgement::fail);
}

TEST_CASE("what the resolution explains is no finding: within the 20 ms that it took to tell") {
  CHECK(judged(manager_killed(13985ms), "controller-manager") == Judgement::pass);
  CHECK(judged(manager_killed(13979ms), "controller-manager") == Judgement::fail);
}

TEST_CASE("known bad: the old holder renews after the new one has taken the Lease") {
  RunRecord record = manager_killed();
  observe_lease(record, 900, {"cp1_a", 4, 29s, -9s});
  CHECK(judged(record, "controller-manager") == Judgement::fail);
  CHECK(said(record, "controller-manager").find("cp1_a (transition 4) renewed the Lease after cp2_b (transition 5)") ==
        0);
}

TEST_CASE("known bad: it renews after it gave the Lease up, and somebody takes it without counting") {
  RunRecord given_up = manager_killed();
  observe_lease(given_up, 105, {"", 4, 100ms, 100ms});
  observe_lease(given_up, 106, {"cp1_a", 4, 2s, -9s});
  CHECK(judged(given_up, "controller-manager") == Judgement::fail);
  RunRecord uncounted = manager_killed();
  for (Event& event : uncounted.events.events) {
    if (json_text(event.data, "/holder") == "cp2_b") event.data["transitions"] = 4;
  }
  CHECK(said(uncounted, "controller-manager").find("without counting a transition") != std::string::npos);
}

TEST_CASE("the same instance may lead again later") {
  RunRecord record = manager_killed(15s);
  std::erase_if(record.events.events, [](const Event& event) {
    return json_text(event.data, "/holder") == "cp2_b" && event.at > kT0 + Duration(16s);
  });
  observe_lease(record, 900, {"", 5, 17s, 17s});
  renew_lease(record, 901, "cp1_a", 6, 19s, 27s);
  CHECK(judged(record, "controller-manager") == Judgement::pass);
  CHECK(leadership(judge(record), "controller-manager").reign_count == 3);
}

TEST_CASE("several streams tell the same versions in any order: the first to tell bounds them") {
  RunRecord record = manager_killed();
  RunRecord twice = record;
  for (const Event& event : record.events.events) {
    if (event.type != event_type::lease_observed) continue;
    Event later = event;
    later.at = later.at + Duration(300ms);
    later.data["through"] = "cp2";
    twice.events.events.push_back(later);
  }
  std::reverse(twice.events.events.begin(), twice.events.events.end());
  const auto once = leadership(judge(record), "controller-manager");
  const auto again = leadership(judge(twice), "controller-manager");
  CHECK(again.observations == once.observations);
  CHECK(again.failover->acquired == once.failover->acquired);
}

TEST_CASE("a Lease that may have been given up unseen is not judged early, and that is no pass") {
  RunRecord record = manager_killed(10s);
  stream_of_leases(record, "cp1", "expired", 104, 5s);
  stream_of_leases(record, "cp1", "opened", 105, 11s);
  SECTION("one stream, listed again in between") {}
  SECTION("another one that began in between") { stream_of_leases(record, "cp2", "opened", 105, 7s); }
  SECTION("another one that ended in between") {
    stream_of_leases(record, "cp2", "opened", 2, -9s);
    stream_of_leases(record, "cp2", "expired", 104, 9s);
  }
  SECTION("a history that does not tell up to where a stream had come") {
    for (Event& event : record.events.events) {
      if (event.type == event_type::lease_stream) event.data.erase("version");
    }
  }
  const LeadershipResult result = leadership(judge(record), "controller-manager");
  CHECK(result.violations.empty());
  CHECK(result.unjudged == 1);
  CHECK(judged(record, "controller-manager") == Judgement::inconclusive);
}

TEST_CASE("a pass says what was judged: of etcd terms only, and how many takeovers were not") {
  const RunRecord record = manager_killed(10s);
  const auto text_of = [&record](const char* component, std::size_t unjudged) {
    LeadershipResult result;
    result.component = component;
    result.observations = 20;
    result.takeovers = 1;
    result.unjudged = unjudged;
    const auto findings = judge_leadership({result}, record, std::nullopt);
    REQUIRE(findings.size() == 1);
    CHECK(findings.front().judgement == Judgement::pass);
    return findings.front().text;
  };
  CHECK(text_of("etcd", 0) == "never two leaders in one term; observations: 20, takeovers: 1");
  CHECK(text_of("scheduler", 0) == "never two leaders, no takeover too early; observations: 20, takeovers: 1");
  CHECK(text_of("scheduler", 2) ==
        "never two leaders, no takeover too early; observations: 20, takeovers: 1; not judged, as something may have "
        "been missed before: 2");
}

TEST_CASE("a Lease taken too early is found though a stream was listed again, when another one told everything") {
  RunRecord record = manager_killed(10s);
  stream_of_leases(record, "cp1", "expired", 104, 5s);
  stream_of_leases(record, "cp1", "opened", 105, 11s);
  stream_of_leases(record, "cp2", "opened", 2, -9s);
  SECTION("in one piece") {}
  SECTION("it broke and went on from where it ended") {
    stream_of_leases(record, "cp2", "ended", 103, 3s);
    stream_of_leases(record, "cp2", "opened", 103, 4s);
  }
  stream_of_leases(record, "cp2", "ended", 200, 29s);
  const LeadershipResult result = leadership(judge(record), "controller-manager");
  CHECK(result.unjudged == 0);
  CHECK(result.violations.size() == 1);
  CHECK(judged(record, "controller-manager") == Judgement::fail);
}

TEST_CASE("a holder that nobody saw is told by leaseTransitions") {
  RunRecord record = manager_killed(10s);
  for (Event& event : record.events.events) {
    if (json_text(event.data, "/holder") == "cp2_b") event.data["transitions"] = 7;
  }
  const LeadershipResult result = leadership(judge(record), "controller-manager");
  CHECK(result.unseen == 2);
  CHECK(result.violations.empty());
}

TEST_CASE("what cannot be read of a Lease is left out") {
  RunRecord record = manager_killed();
  const auto odd = [&record](const char* member, Json value) {
    for (Event event : record.events.events) {
      if (event.type != event_type::lease_observed) continue;
      event.data[member] = std::move(value);
      event.data["version"] = member == std::string("version") ? event.data["version"] : Json(5000);
      return record.events.events.push_back(event);
    }
  };
  odd("version", -1);
  odd("holder", 7);
  odd("transitions", "many");
  odd("leaseDurationNs", std::int64_t{1} << 61);
  odd("renewedNs", nullptr);
  CHECK(leadership(judge(record), "controller-manager").observations ==
        leadership(judge(manager_killed()), "controller-manager").observations);
}

TEST_CASE("no data is never a pass") {
  RunRecord silent = run_with(all_good());
  begin_observing(silent);
  for (const char* component : {"etcd", "controller-manager", "scheduler"}) {
    CHECK(judged(silent, component) == Judgement::inconclusive);
    CHECK(said(silent, component).starts_with("not measured: "));
  }
  RunRecord deaf = manager_killed();
  std::erase_if(deaf.events.events,
                [](const Event& event) { return event.type == event_type::lease_observed && event.at > kT0; });
  CHECK(said(deaf, "controller-manager") == "not measured: nothing was observed after T0");
  RunRecord without_etcd = run_with(all_good());
  add_event(without_etcd, kStart, event_type::leadership_observing, {{"etcdNotObserved", "no certificate"}});
  CHECK(said(without_etcd, "etcd") == "not measured: no certificate");
}

TEST_CASE("a history from before leaders were observed has no such finding, and says so") {
  const Verdict verdict = judge(run_with(all_good()));
  CHECK_FALSE(has_finding(verdict, "leadership.etcd"));
  REQUIRE(verdict.leadership.size() == 3);
  for (const LeadershipResult& one : verdict.leadership) CHECK(one.not_measured == "the run did not observe who leads");
}

TEST_CASE("known bad: two members lead in one term") {
  RunRecord record = etcd_killed();
  for (int i = 0; i < 3; ++i) look_at_etcd(record, "cp3", "cp3", 4, 2000 + i, 20s + i * 500ms);
  CHECK(judged(record, "etcd") == Judgement::fail);
  CHECK(said(record, "etcd") == "in term 4 more than one member led: id-cp2 on cp2, id-cp3 on cp3");
}

TEST_CASE("a new leader that has not applied an entry of its own term claims the old one's: no finding") {
  RunRecord record = etcd_killed();
  // Elected, but cut off before it could commit: what it knows as committed stands still.
  for (int i = 0; i < 6; ++i) look_at_etcd(record, "cp2", "cp2", 3, 1190, 800ms + i * 50ms);
  CHECK(judged(record, "etcd") == Judgement::pass);
}

TEST_CASE("a stale leader that was paused is not one again") {
  RunRecord record = etcd_killed();
  for (int i = 0; i < 3; ++i) look_at_etcd(record, "cp1", "cp1", 3, 1100, 10s + i * 500ms);
  CHECK(judged(record, "etcd") == Judgement::pass);
  CHECK(leadership(judge(record), "etcd").reign_count == 2);
}

TEST_CASE("a member that does not answer is no observation") {
  RunRecord record = run_with(all_good());
  begin_observing(record);
  add_event(record, kT0 + Duration(1s), event_type::etcd_member,
            {{"node", "cp1"}, {"sentNs", kT0.ns}, {"reason", "refused"}});
  CHECK(said(record, "etcd") == "not measured: no member of etcd told anything");
}

TEST_CASE("a restored snapshot takes the Leases back: what comes after is not held against what was before") {
  RunRecord record = manager_killed(16s);
  for (Event& event : record.events.events) {
    if (event.type == event_type::fault_injecting) event.data["fault"] = "etcd.snapshot-restore";
  }
  observe_lease(record, 104, {"cp1_a", 4, 20s, -9s});
  CHECK(leadership(judge(record), "controller-manager").violations.empty());
  CHECK(judged(record, "controller-manager") == Judgement::not_owed);
}
