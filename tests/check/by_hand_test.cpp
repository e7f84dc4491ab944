#include "check/by_hand.hpp"

#include <catch2/catch.hpp>

#include "check/history.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

/// A fault that lasts, healed by hand `after` T0.
RunRecord healed_by_hand(const World& world, Duration after, Duration degraded = 5s) {
  RunRecord record = run_with(world, degraded);
  add_event(record, kT0 + after + Duration(100ms), event_type::healed_by_hand,
            {{"beganNs", (kT0 + after).ns}, {"undone", Json::array({"kill"})}, {"skipped", Json::array()}});
  return record;
}

}  // namespace

TEST_CASE("a run whose fault was ended by hand is no pass, though every SLO is kept") {
  const RunRecord whole = run_with(down(kT0, kT0 + Duration(1s)));
  REQUIRE(judge(whole).judgement == Judgement::pass);
  const Verdict verdict = judge(healed_by_hand(down(kT0, kT0 + Duration(1s)), 12s));
  CHECK(verdict.judgement == Judgement::inconclusive);
  CHECK(finding(verdict, "healed-by-hand").text == "the faults were ended by hand 12.0 s after T0, undone: kill");
  for (const char* id : {"api.read.new.longest_outage", "api.read.new.total_outage", "api.read.new.availability",
                         "redundancy.restored"}) {
    INFO(id);
    CHECK(finding(verdict, id).judgement == Judgement::inconclusive);
    CHECK(finding(verdict, id).text.find("ended by hand 12.0 s after T0") != std::string::npos);
  }
}

TEST_CASE("what a fault that was cut short missed stays missed; a share of less time than planned says nothing") {
  const Verdict verdict = judge(healed_by_hand(down(kT0, kT0 + Duration(8s)), 6s, 25s));
  CHECK(verdict.judgement == Judgement::fail);
  CHECK(finding(verdict, "api.read.new.longest_outage").judgement == Judgement::fail);
  CHECK(finding(verdict, "redundancy.restored").judgement == Judgement::fail);
  CHECK(finding(verdict, "api.read.new.availability").judgement == Judgement::inconclusive);
}

TEST_CASE("what happened before anybody took a hand in it stays as it is") {
  const Window window{kT0, kT0 + Duration(1ms), kEnd};
  const HandHeal heal{kT0 + Duration(10s), {"pause"}, {}};
  const Slo failover = slo(SliRef::Kind::failover, "etcd", "etcd.failover", 5s);
  const auto judged = [&](Judgement as, std::optional<Bounds> time, Duration budget) {
    Finding one = make_finding("etcd.failover", as, "measured");
    one.time = time;
    one.time_budget = budget;
    return judge_by_hand(one, failover, heal, window).judgement;
  };
  CHECK(judged(Judgement::pass, Bounds{2s, 3s}, 5s) == Judgement::pass);
  CHECK(judged(Judgement::fail, Bounds{7s, 8s}, 5s) == Judgement::fail);
  // It came after the fault was gone: nobody knows whether it was needed.
  CHECK(judged(Judgement::pass, Bounds{11s, 12s}, 20s) == Judgement::inconclusive);
  CHECK(judged(Judgement::fail, Bounds{30s, 31s}, 20s) == Judgement::inconclusive);
  // The budget was over while the fault was in force.
  CHECK(judged(Judgement::fail, Bounds{11s, std::nullopt}, 5s) == Judgement::fail);
  CHECK(judged(Judgement::error, std::nullopt, 5s) == Judgement::inconclusive);
}

TEST_CASE("a step that was skipped because of it is not owed, and one that failed for another reason is an error") {
  RunRecord record = run_with(all_good());
  record.scenario.method.insert(record.scenario.method.end(),
                                InjectStep{"again", "process.kill", {TargetRole::apiserver, {}}, Json::object()});
  CHECK(finding(judge(record), "fault.again").judgement == Judgement::error);
  add_event(record, kT0 + Duration(3s), event_type::healed_by_hand,
            {{"beganNs", (kT0 + Duration(2s)).ns}, {"undone", Json::array()}, {"skipped", Json::array({"again"})}});
  const Verdict verdict = judge(record);
  CHECK(finding(verdict, "fault.again").judgement == Judgement::not_owed);
  CHECK(finding(verdict, "fault.kill").judgement == Judgement::pass);
  CHECK(verdict.judgement == Judgement::inconclusive);
}
