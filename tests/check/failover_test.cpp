// The phases of a failover, as times of SLOs and as rows of the course; first useful work.
#include "check/failover.hpp"

#include <catch2/catch.hpp>

#include "leaders.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

Finding slo_of(RunRecord record, SliRef::Kind kind, const std::string& component, const std::string& text,
               Duration budget) {
  record.scenario.slos = {slo(kind, component, text, budget)};
  return finding(judge(record), text);
}

/// A line of the log of the member on `node`: it leads, or it lost the leader on `lost`.
struct LogLine {
  std::string node;
  std::string lost;
  Duration at{};  ///< since T0
};

/// The failover of etcd_killed() with these lines, all of term 4.
Failover failover_with(const std::vector<LogLine>& lines) {
  RunRecord record = etcd_killed();
  for (const LogLine& line : lines) log_of_etcd(record, line.node, line.lost, 4, line.at);
  const LeadershipResult result = leadership(judge(record), "etcd");
  REQUIRE(result.failover);
  return *result.failover;
}

}  // namespace

TEST_CASE("an etcd leader dies: noticed, another elected, first write") {
  RunRecord record = etcd_killed();
  ProberInfo writes = prober_info("api.write");
  writes.operation = operation::write;
  add_prober(record, writes, down(kT0 - Duration(10ms), kT0 + Duration(1600ms)), kStart + Duration(50ms));
  const Verdict verdict = judge(record);
  const LeadershipResult result = leadership(verdict, "etcd");
  REQUIRE(result.failover);
  CHECK(result.failover->from == "id-cp1");
  CHECK(result.failover->to_node == "cp2");
  CHECK(result.reigns.back().number == 4);
  CHECK(result.failover->detection == Bounds{299ms, Duration(810ms)});
  // Looks at 0.8 s and 1.3 s since T0.
  CHECK(result.failover->acquired == Bounds{799ms, Duration(1310ms)});
  CHECK(result.failover->work == Bounds{1649ms, Duration(1655ms)});
  CHECK(finding(verdict, "leadership.etcd").judgement == Judgement::pass);
}

TEST_CASE("an etcd leader that is back so soon that it wins the election itself: a new term is a new leader") {
  RunRecord record = etcd_killed(28s);  // nobody else is elected
  std::erase_if(record.events.events, [](const Event& event) {
    return event.type == event_type::etcd_member && event.at > kT0 + Duration(1200ms);
  });
  std::int64_t index = 2000;
  for (Duration at = 1300ms; at < 28s; at += 500ms, index += 10) {
    for (const char* node : {"cp1", "cp2", "cp3"}) look_at_etcd(record, node, "cp1", 4, index, at);
  }
  log_of_etcd(record, "cp1", "", 4, 1150ms);
  const LeadershipResult result = leadership(judge(record), "etcd");
  REQUIRE(result.failover);
  CHECK(result.failover->from == "id-cp1");
  CHECK(result.failover->to == "id-cp1");
  CHECK(result.failover->detection == Bounds{299ms, Duration(810ms)});
  CHECK(result.failover->acquired == Bounds{1148ms, Duration(1151ms)});
  CHECK(result.reign_count == 2);
}

TEST_CASE("a new leader of etcd that claims the old one's term for a while was elected once") {
  RunRecord record = etcd_killed();
  int claims = 0;
  for (Event& event : record.events.events) {
    const bool new_leader = event.type == event_type::etcd_member && json_text(event.data, "/node") == "cp2" &&
                            json_text(event.data, "/leader") == "id-cp2";
    if (new_leader && claims++ < 5) event.data["term"] = 3;
  }
  REQUIRE(claims > 5);
  CHECK(leadership(judge(record), "etcd").reign_count == 2);
}

TEST_CASE("what etcd's own log says dates what the looks have seen") {
  const Failover dated = failover_with({{"cp2", "", 1150ms}, {"cp3", "cp1", 1149ms}, {"cp2", "cp1", 750ms}});
  CHECK(dated.dated_by_log);
  // T0 is known to within 1 ms.
  CHECK(dated.detection == Bounds{748ms, Duration(751ms)});
  CHECK(dated.acquired == Bounds{1148ms, Duration(1151ms)});
}

TEST_CASE("what etcd's own log says never goes beyond what the looks have seen") {
  const Failover looks = failover_with({{"cp2", "", 600ms},   // a look at 0.8 s did not find it leading
                                        {"cp3", "", 1150ms},  // not the one that led
                                        {"cp1", "cp1", 750ms},
                                        {"cp2", "cp3", 750ms}});
  CHECK_FALSE(looks.dated_by_log);
  CHECK(looks.detection == Bounds{299ms, Duration(810ms)});
  CHECK(looks.acquired == Bounds{799ms, Duration(1310ms)});
}

TEST_CASE("an old leader of etcd that works on after T0: what it acknowledged is not taken for the new one's") {
  RunRecord record = run_with(all_good());
  begin_observing(record);
  std::int64_t index = 1000;
  for (Duration at = -9700ms; at < 28s; at += 500ms, index += 10) {
    const bool before = at < 5s;
    for (const char* node : {"cp1", "cp2", "cp3"})
      look_at_etcd(record, node, before ? "cp1" : "cp2", before ? 3 : 4, index, at);
  }
  ProberInfo writes = prober_info("api.write");
  writes.operation = operation::write;
  add_prober(record, writes, all_good(), kStart + Duration(50ms));
  const LeadershipResult result = leadership(judge(record), "etcd");
  REQUIRE(result.failover);
  // Looks at 4.8 s and 5.3 s since T0; a write every 100 ms.
  CHECK(result.failover->acquired == Bounds{4799ms, Duration(5310ms)});
  CHECK(result.failover->work == Bounds{4799ms, Duration(5355ms)});
}

TEST_CASE(
    "what is acknowledged before the new leader can have led is the old one's work, even if no look found that one") {
  // Told to stop, the old leader answers no look any more, and works on for 5 s.
  RunRecord record = etcd_killed(5s);
  std::erase_if(record.events.events, [](const Event& event) {
    return event.type == event_type::etcd_member && event.at > kT0 + Duration(700ms) && event.at < kT0 + Duration(5s);
  });
  std::int64_t index = 3000;
  for (Duration at = 800ms; at < 5s; at += 500ms, index += 10) {
    for (const char* node : {"cp2", "cp3"}) look_at_etcd(record, node, "cp1", 3, index, at);
  }
  ProberInfo writes = prober_info("api.write");
  writes.operation = operation::write;
  add_prober(record, writes, all_good(), kStart + Duration(50ms));
  const LeadershipResult result = leadership(judge(record), "etcd");
  REQUIRE(result.failover);
  CHECK(result.failover->acquired == Bounds{4799ms, Duration(5310ms)});
  // A write every 100 ms, 5 ms each: that of 4.85 s may have been the new leader's first.
  CHECK(result.failover->work == Bounds{4849ms, Duration(4855ms)});
}

TEST_CASE("LEADER.failover and LEADER.work are judged as times") {
  RunRecord record = manager_killed();
  work(record, kManager, 17900ms, 18s);
  const auto failover = [&record](Duration budget) {
    return slo_of(record, SliRef::Kind::failover, "controller-manager", "controller-manager.failover", budget);
  };
  CHECK(failover(24s).judgement == Judgement::pass);
  CHECK(failover(24s).time == Bounds{14999ms, Duration(15020ms)});
  CHECK(failover(15010ms).judgement == Judgement::inconclusive);
  CHECK(failover(10s).judgement == Judgement::fail);
  CHECK(slo_of(record, SliRef::Kind::leader_works, "controller-manager", "controller-manager.work", 17s).judgement ==
        Judgement::fail);
  CHECK(slo_of(record, SliRef::Kind::leader_works, "controller-manager", "controller-manager.work", 18s).judgement ==
        Judgement::pass);
}

TEST_CASE("a failover that nobody saw is no pass: an error without a hit leader, else open to above") {
  const Finding other = slo_of(manager_killed(), SliRef::Kind::failover, "scheduler", "scheduler.failover", 24s);
  CHECK(other.judgement == Judgement::error);
  CHECK(other.text == "not measured: no watch told anything of the Lease kube-scheduler");
  RunRecord never = manager_killed(29s);
  const Finding open = slo_of(never, SliRef::Kind::failover, "controller-manager", "controller-manager.failover", 24s);
  CHECK(open.judgement == Judgement::inconclusive);
  CHECK(open.time == Bounds{0s, std::nullopt});
  CHECK(open.text.find("nobody else was seen to take over") != std::string::npos);
  RunRecord idle = manager_killed();
  const Finding no_work =
      slo_of(idle, SliRef::Kind::leader_works, "controller-manager", "controller-manager.work", 24s);
  CHECK(no_work.judgement == Judgement::inconclusive);
  RunRecord elsewhere = etcd_killed();
  renew_lease(elsewhere, 100, "cp1_a", 4, -9s, 28s, "kube-scheduler");
  for (Event& event : elsewhere.events.events) {
    if (event.data.contains("target")) event.data["target"]["node"] = "cp3";
  }
  CHECK(slo_of(elsewhere, SliRef::Kind::failover, "scheduler", "scheduler.failover", 24s).judgement ==
        Judgement::error);
}

TEST_CASE("T2 and T3' tell of the one that took over") {
  RunRecord record = manager_killed();
  work(record, kManager, 1s, 1100ms);  // before the new one led
  work(record, kManager, 17900ms, 18s);
  std::string course;
  for (const RunTime& row : judge(record).times.course) {
    if (row.id == "T2" || row.id == "T3'") course += row.id + " " + row.about + " " + to_text(*row.since_t0) + "\n";
  }
  CHECK(course ==
        "T2 kube-controller-manager: Lease free 13.999 s to 14.020 s\n"
        "T3' kube-controller-manager on cp2 17.899 s to 18.000 s\n");
}

TEST_CASE("work in the look in which it took over is taken for the new leader's") {
  RunRecord record = manager_killed();
  work(record, kManager, 14950ms, 15100ms);
  CHECK(leadership(judge(record), "controller-manager").failover->work == Bounds{14999ms, Duration(15100ms)});
}
