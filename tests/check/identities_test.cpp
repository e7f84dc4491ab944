// Identities of a StatefulSet that run twice are found, and only those.
#include "check/identities.hpp"

#include <catch2/catch.hpp>

#include "check/counters.hpp"
#include "history.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

const Window kWindow{kT0, kT0 + Duration(1ms), kEnd};

std::int64_t ns(Duration since_t0) { return (kT0 + since_t0).ns; }

/// The API tells of a pod of a StatefulSet.
void told(RunRecord& record, const std::string& uid, const std::string& node, const std::string& phase = "Running",
          const std::string& owner_kind = "StatefulSet") {
  add_event(record, kT0 - Duration(9s), event_type::pod_changed,
            {{"namespace", "shop"},
             {"pod", "db-0"},
             {"uid", uid},
             {"ownerKind", owner_kind},
             {"node", node},
             {"phase", phase}});
}

void runs(RunRecord& record, const std::string& uid, const std::string& node, Duration started) {
  add_event(record, kT0 + started, event_type::pod_runs,
            {{"node", node}, {"uid", uid}, {"startedNs", ns(started)}, {"aliveNs", ns(started + 100ms)}});
}

void ran(RunRecord& record, const std::string& uid, const std::string& node, Duration started, Duration alive,
         std::optional<Duration> gone) {
  add_event(record, kT0 + alive, event_type::pod_ran,
            {{"node", node}, {"uid", uid}, {"startedNs", ns(started)}, {"aliveNs", ns(alive)}});
  if (gone) record.events.events.back().data["goneNs"] = ns(*gone);
}

void watched(RunRecord& record, const std::string& node, Duration from = -10s, Duration until = 31s) {
  add_event(record, kT0 + until, event_type::pods_watched,
            {{"node", node}, {"fromNs", ns(from)}, {"untilNs", ns(until)}});
}

/// db-0 runs on w1, whose cutting off is what the scenario does; w2 is there to take over.
RunRecord cut_off(Duration second_start, std::optional<Duration> first_gone) {
  RunRecord record;
  told(record, "u1", "w1");
  told(record, "u2", "w2");
  runs(record, "u1", "w1", -60s);
  ran(record, "u1", "w1", -60s, first_gone.value_or(30s) - 500ms, first_gone);
  runs(record, "u2", "w2", second_start);
  ran(record, "u2", "w2", second_start, 30s, std::nullopt);
  watched(record, "w1");
  watched(record, "w2");
  return record;
}

Finding judged(const RunRecord& record) {
  const auto finding = judge_identities(record.events, kWindow);
  REQUIRE(finding);
  CHECK(finding->id == "identities");
  return *finding;
}

bool says(const Finding& finding, const std::string& words) { return finding.text.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("without a StatefulSet there are no identities") {
  RunRecord record;
  CHECK_FALSE(judge_identities(record.events, kWindow));
  told(record, "u1", "w1", "Running", "ReplicaSet");
  CHECK_FALSE(judge_identities(record.events, kWindow));
}

TEST_CASE("one after the other is no overlap") {
  const Finding finding = judged(cut_off(15s, 12s));
  CHECK(finding.judgement == Judgement::pass);
  CHECK(says(finding, "1 identities, 2 runs"));
}

TEST_CASE("known bad: an identity that runs on two nodes at a time fails, with both and for how long") {
  const Finding finding = judged(cut_off(12s, 20s));
  CHECK(finding.judgement == Judgement::fail);
  CHECK(says(finding, "shop/db-0: u1 on w1 from T0-60.000 s"));
  CHECK(says(finding, "u2 on w2 from T0+12.000 s"));
  CHECK(says(finding, "for at least 7.490 s"));
}

TEST_CASE("of two pods the longest overlap is told, once") {
  RunRecord record = cut_off(12s, 20s);
  ran(record, "u2", "w2", 11s, 11200ms, 11700ms);  // it was begun twice
  const Finding finding = judged(record);
  CHECK(finding.judgement == Judgement::fail);
  CHECK(says(finding, "for at least 7.490 s"));
  CHECK_FALSE(says(finding, "; "));
}

TEST_CASE("known bad: the first never ends") { CHECK(judged(cut_off(12s, std::nullopt)).judgement == Judgement::fail); }

TEST_CASE("between two looks nobody knows: inconclusive") {
  const Finding finding = judged(cut_off(11900ms, 12s));  // seen last at 11.5 s
  CHECK(finding.judgement == Judgement::inconclusive);
  CHECK(says(finding, "may have run twice: shop/db-0"));
}

TEST_CASE("the same pod may make its process anew") {
  RunRecord record;
  told(record, "u1", "w1");
  ran(record, "u1", "w1", -60s, 5s, 5500ms);
  ran(record, "u1", "w1", 5s, 30s, std::nullopt);
  watched(record, "w1");
  CHECK(judged(record).judgement == Judgement::pass);
}

TEST_CASE("what is called running and was never seen to run is not known") {
  RunRecord record = cut_off(15s, 12s);
  told(record, "u3", "w2");
  CHECK(judged(record).judgement == Judgement::inconclusive);
  CHECK(says(judged(record), "u3) was called running and never seen to"));
}

TEST_CASE("a node that nobody looked at may have run anything") {
  RunRecord record = cut_off(15s, 12s);
  std::erase_if(record.events.events, [](const Event& event) { return event.type == event_type::pods_watched; });
  watched(record, "w1");
  watched(record, "w2", -10s, 10s);
  watched(record, "w2", 16s, 31s);
  const Finding finding = judged(record);
  CHECK(finding.judgement == Judgement::inconclusive);
  CHECK(says(finding, "nobody saw what ran on w2 from T0+10.0 s to T0+16.0 s"));
}

namespace {

/// w1 is killed at T0 and looked at again from 20 s on; db-0 is made on w2 in between.
RunRecord killed(const char* fault) {
  RunRecord record;
  told(record, "u1", "w1");
  told(record, "u2", "w2");
  ran(record, "u1", "w1", -60s, -200ms, std::nullopt);
  ran(record, "u1", "w1", -60s, -200ms, 20s);
  ran(record, "u2", "w2", 10s, 30s, std::nullopt);
  watched(record, "w1", -10s, -100ms);
  watched(record, "w1", 20s, 31s);
  watched(record, "w2");
  add_event(record, kT0 - Duration(1s), event_type::fault_injecting, {{"step", "kill"}, {"fault", fault}});
  add_event(record, kT0 + Duration(1s), event_type::fault_proven,
            {{"step", "kill"}, {"target", {{"node", "w1"}}}, {"t0LowerNs", ns(0s)}, {"t0UpperNs", ns(50ms)}});
  return record;
}

}  // namespace

TEST_CASE("a killed node runs nothing, whoever looks") {
  CHECK(judged(killed("node.kill")).judgement == Judgement::pass);
  CHECK(judged(killed("node.reboot")).judgement == Judgement::pass);
  // A frozen one goes on where it was.
  CHECK(judged(killed("node.pause")).judgement == Judgement::inconclusive);
  CHECK(judged(killed("kubelet.stop")).judgement == Judgement::inconclusive);
}

namespace {

void stepped(RunRecord& record, Duration at, const std::string& pod, const std::string& step, std::int64_t value) {
  add_event(record, kT0 + at, event_type::counter_stepped,
            {{"prober", "counter"}, {"service", "db.shop"}, {"pod", pod}, {"step", step}, {"value", value}});
}

void read(RunRecord& record, const std::string& pod, Json steps) {
  add_event(record, kEnd, event_type::counter_read,
            {{"service", "db.shop"}, {"pod", pod}, {"steps", std::move(steps)}});
}

Finding counted(const RunRecord& record) {
  const auto finding = judge_counters(record.events, true, kWindow);
  REQUIRE(finding);
  CHECK(finding->id == "counters");
  return *finding;
}

}  // namespace

TEST_CASE("counters: what was acknowledged has to be there, and nothing acknowledged is no evidence") {
  RunRecord record;
  CHECK_FALSE(judge_counters(record.events, false, kWindow));
  CHECK(counted(record).judgement == Judgement::error);
  stepped(record, -5s, "db-0", "0.1", 1);
  stepped(record, 5s, "db-0", "0.2", 3);
  stepped(record, 5s, "db-1", "0.3", 1);
  read(record, "db-0", Json::array({{"0.1", 1}, {"0.9", 2}, {"0.2", 3}}));  // one that nobody heard of is no fault
  CHECK(counted(record).judgement == Judgement::inconclusive);
  CHECK(says(counted(record), "db-1 of db.shop: it was not asked"));
  read(record, "db-1", Json::array({{"0.3", 1}}));
  CHECK(counted(record).judgement == Judgement::pass);
  CHECK(says(counted(record), "3 steps that 2 pods acknowledged"));
}

TEST_CASE("counters, known bad: a lost step, a changed value, a value given twice") {
  RunRecord record;
  stepped(record, -5s, "db-0", "0.1", 1);
  stepped(record, 5s, "db-0", "0.2", 2);
  SECTION("lost") {
    read(record, "db-0", Json::array({{"0.1", 1}}));
    CHECK(says(counted(record),
               "1 findings on 2 acknowledged steps: db-0 of db.shop acknowledged step 0.2 with value 2 at T0+5.000 s "
               "and has no such step"));
  }
  SECTION("changed") {
    read(record, "db-0", Json::array({{"0.1", 1}, {"0.2", 7}}));
    CHECK(says(counted(record), "and has it with 7"));
  }
  SECTION("twice") {
    stepped(record, 9s, "db-0", "0.3", 1);
    read(record, "db-0", Json::array({{"0.1", 1}, {"0.2", 2}, {"0.3", 1}}));
    CHECK(says(counted(record),
               "db-0 of db.shop gave value 1 twice: to step 0.1 at T0-5.000 s and to step 0.3 at T0+9.000 s"));
  }
  CHECK(counted(record).judgement == Judgement::fail);
}
