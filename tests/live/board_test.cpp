#include "live/board.hpp"

#include <catch2/catch.hpp>

#include "base/duration.hpp"
#include "check/leaders.hpp"
#include "check/nodes.hpp"
#include "live/stored.hpp"

using namespace hadrill;
using namespace hadrill::test;
using live::Board;
using live::SloRow;
using live::Snapshot;
using live::Standing;

namespace {

Snapshot at(const RunRecord& record, Instant when) {
  Board board({record.scenario, "", 42, ""});
  Replay replay(record);
  replay.play(board, when);
  return board.snapshot(when);
}

const live::ProberRow& row(const Snapshot& snapshot, const std::string& name) {
  for (const live::ProberRow& one : snapshot.probers) {
    if (one.name == name) return one;
  }
  FAIL("no row " << name);
  return snapshot.probers.front();
}

const SloRow& slo_named(const Snapshot& snapshot, const std::string& name) {
  for (const SloRow& one : snapshot.slos) {
    if (one.sli == name) return one;
  }
  FAIL("no SLO " << name);
  return snapshot.slos.front();
}

Outcome outcome_never_answered() { return Outcome::timeout; }

}  // namespace

TEST_CASE("the board's last numbers are the verdict's") {
  const auto sample = read_stored(std::filesystem::path(HADRILL_SOURCE_DIR) / "reports/sample");
  REQUIRE(sample.ok());
  for (const RunRecord& record : {*sample, run_with(down(kT0 + Duration(30ms), kT0 + Duration(4s)))}) {
    const Verdict verdict = judge(record);
    REQUIRE(verdict.validity.invalid_windows == 0);  // of which the board knows nothing
    const Snapshot last = at(record, Replay(record).end());
    REQUIRE(verdict.api);
    for (const ProberResult& prober : verdict.probers) {
      INFO(prober.prober.name);
      REQUIRE(row(last, prober.prober.name).since_t0);
      CHECK(row(last, prober.prober.name).since_t0->longest == prober.summary.longest);
      CHECK(row(last, prober.prober.name).since_t0->availability == prober.summary.availability);
    }
    CHECK(slo_named(last, "api.longest_outage").so_far == to_text(verdict.api->longest));
    CHECK(slo_named(last, "redundancy.restored").so_far == to_text(*verdict.times.redundancy));
  }
}

TEST_CASE("numbers on the way grow towards the verdict's, and what is missed stays missed") {
  const RunRecord record = run_with(down(kT0, kT0 + Duration(4s)));
  bool missed = false;
  Duration lower{};
  for (Instant when = kStart; when <= kEnd; when = when + Duration(500ms)) {
    const Snapshot now = at(record, when);
    CHECK(now.since_t0 == (when >= kT0 + Duration(2ms)));
    if (!now.since_t0) continue;
    const auto& since_t0 = row(now, "api.read.new").since_t0;
    REQUIRE(since_t0);
    CHECK(since_t0->longest.lower >= lower);
    lower = since_t0->longest.lower;
    const bool over = slo_named(now, "api.longest_outage").state == SloRow::State::missed;
    CHECK(over >= missed);
    missed = over;
  }
  CHECK(missed);
  CHECK(judge(record).judgement == Judgement::fail);
}

TEST_CASE("what is waited for is pending until it is known, and over budget as soon as its time is over") {
  RunRecord record = run_with(down(kT0, kT0 + Duration(4s)));
  record.scenario.slos = {slo(SliRef::Kind::served_again, "api.read.new", "api.read.new.served_again", 3s),
                          slo(SliRef::Kind::redundancy_restored, "", "redundancy.restored", 4500ms)};
  const Verdict verdict = judge(record);
  const auto row_at = [&record](Duration since_t0, std::size_t index) {
    return at(record, kT0 + since_t0).slos.at(index);
  };
  // Nobody is hurt yet.
  CHECK(at(record, kT0 - Duration(1s)).slos[0].so_far.empty());
  CHECK(row_at(2050ms, 0).so_far == "pending, 2.0 s");
  CHECK(row_at(2050ms, 0).state == SloRow::State::open);
  CHECK(row_at(2050ms, 0).used == Approx(0.683).margin(0.01));
  // Missed as soon as that is proven: by a bad request after the budget.
  CHECK(row_at(3050ms, 0).state == SloRow::State::overdue);
  CHECK(row_at(3150ms, 0).state == SloRow::State::missed);
  CHECK(row_at(3150ms, 0).so_far == "pending, 3.1 s");
  // Served again from 4 s on, which is known after 20 good ones.
  CHECK(row_at(8s, 0).so_far == to_text(*verdict.probers.front().served_again));
  CHECK(row_at(8s, 0).state == SloRow::State::missed);
  CHECK(row_at(4400ms, 1).state == SloRow::State::open);
  CHECK(row_at(4700ms, 1).state == SloRow::State::overdue);
  CHECK(row_at(4700ms, 1).so_far == "pending, 4.7 s");
  CHECK(row_at(8s, 1).so_far == to_text(*verdict.times.redundancy));
}

TEST_CASE("a new leader is waited for, and told as the verdict tells it") {
  for (RunRecord record : {manager_killed(), etcd_killed()}) {
    const bool etcd = record.events.first(event_type::etcd_member) != nullptr;
    const std::string who = etcd ? component::etcd : component::controller_manager;
    INFO(who);
    record.scenario.slos = {slo(SliRef::Kind::failover, who, who + ".failover", etcd ? 1s : 10s)};
    const auto slo_at = [&record](Duration since_t0) { return at(record, kT0 + since_t0).slos.front(); };
    const Duration before = etcd ? 700ms : 9s;
    CHECK(slo_at(before).so_far == "pending, " + format_seconds(before - Duration(1ms), 1));
    CHECK(slo_at(before).state == SloRow::State::open);
    CHECK(slo_at(etcd ? 1100ms : 12s).state == SloRow::State::overdue);
    const auto verdict = leadership(judge(record), who);
    REQUIRE(verdict.failover);
    CHECK(slo_at(25s).so_far == to_text(verdict.failover->acquired));
    // Of etcd it may have been just in time.
    CHECK(slo_at(25s).state == (etcd ? SloRow::State::open : SloRow::State::missed));
  }
}

TEST_CASE("up, down, and no answer while requests hang") {
  // Refused at once: down from the first one on.
  const RunRecord refused = run_with(down(kT0, kT0 + Duration(4s)));
  CHECK(row(at(refused, kT0 - Duration(50ms)), "api.read.new").standing == Standing::up);
  const Snapshot during = at(refused, kT0 + Duration(2050ms));
  CHECK(row(during, "api.read.new").standing == Standing::down);
  CHECK(row(during, "api.read.new").lasting == 2050ms);
  CHECK(row(at(refused, kT0 + Duration(5s)), "api.read.new").standing == Standing::up);

  // They hang until their hard timeout of 10 s: before that nothing is known but that nothing comes back.
  const RunRecord hang = run_with(down(kT0, kT0 + Duration(4s), {outcome_never_answered(), 10s}));
  CHECK(row(at(hang, kT0 + Duration(150ms)), "api.read.new").standing == Standing::up);
  const Snapshot waiting = at(hang, kT0 + Duration(2s));
  CHECK(row(waiting, "api.read.new").standing == Standing::no_answer);
  // And yet the verdict's rule about silence counts it as possibly down.
  CHECK_FALSE(row(waiting, "api.read.new").since_t0->longest.upper);
  // Good again at 4 s, whatever old requests still end.
  CHECK(row(at(hang, kT0 + Duration(4100ms)), "api.read.new").standing == Standing::up);
  CHECK(row(at(hang, kT0 + Duration(11s)), "api.read.new").standing == Standing::up);
  CHECK(row(at(hang, kT0 + Duration(16s)), "api.read.new").since_t0->longest ==
        judge(hang).probers.front().summary.longest);
}

TEST_CASE("the last errors say what happened, in the words of the outcomes, the same in one line") {
  const Snapshot during = at(run_with(down(kT0, kT0 + Duration(4s))), kT0 + Duration(1s));
  REQUIRE(during.errors.size() == 1);
  CHECK(during.errors[0].who == "api.read.new");
  CHECK(during.errors[0].what == "refused");
  CHECK(during.errors[0].count == 10);
  CHECK(during.errors[0].when == "T0+0.0 s to +0.9 s");
}

TEST_CASE("phases, steps and marks are told as the events come") {
  const RunRecord record = run_with(down(kT0 + Duration(1s), kT0 + Duration(2s)), 5s);
  CHECK(at(record, kStart - Duration(500ms)).phase == "setting up");
  CHECK(at(record, kStart + Duration(500ms)).phase == "waiting for a steady cluster");
  CHECK(at(record, kStart + Duration(2s)).phase == "steady state");
  const Snapshot broken = at(record, kT0 + Duration(3s));
  CHECK(broken.phase == "BROKEN: process.kill of apiserver on cp1");
  CHECK(broken.method == "step 2 of 2");
  CHECK(broken.detail.starts_with("observing until recovered: 3.0 s"));
  CHECK(broken.spares == "api-servers: cp1 is not ready");
  const auto ids = [](const Snapshot& snapshot) {
    std::vector<std::string> all;
    for (const live::MarkRow& mark : snapshot.marks) all.push_back(mark.id);
    return all;
  };
  CHECK(ids(broken) == std::vector<std::string>{"T0", "T1"});
  CHECK(ids(at(record, kT0 + Duration(8s))) == std::vector<std::string>{"T0", "T1", "T3", "T5"});
  CHECK(at(record, kEnd + Duration(10ms)).phase == "healing and proving it");
  CHECK(at(record, kEnd + Duration(4s)).phase == "over");
  // Whoever is not asked any more is not called silent.
  CHECK(row(at(record, kEnd + Duration(1900ms)), "api.read.new").standing == Standing::up);
  CHECK(row(at(record, kEnd + Duration(20s)), "api.read.new").standing == Standing::not_asked);
  CHECK(at(record, kEnd + Duration(20s)).leaders.empty());
  // The clock stands when the window is over.
  CHECK(at(record, kEnd + Duration(4s)).elapsed == kEnd - kT0);
}

TEST_CASE("of two pods of one node each is in force until it is undone itself") {
  RunRecord record = two_pods_hit();
  add_event(record, kT0 + Duration(6s), event_type::fault_undone, {{"step", "kill"}, {"target", pod_target("web-1")}});
  CHECK(at(record, kT0 + Duration(5s)).phase ==
        "BROKEN: process.kill of pod shop/web-1 on w, process.kill of pod shop/web-2 on w");
  CHECK(at(record, kT0 + Duration(7s)).phase == "BROKEN: process.kill of pod shop/web-2 on w");
}

TEST_CASE("a control has its T0 when the steady state has held") {
  RunRecord record = run_with(all_good());
  std::erase_if(record.scenario.method, [](const Step& step) { return std::holds_alternative<InjectStep>(step); });
  drop_events(record, event_type::fault_injecting);
  drop_events(record, event_type::fault_proven);
  const Snapshot now = at(record, kT0 + Duration(1s));
  CHECK(now.since_t0);
  CHECK(now.elapsed == 2s);
  CHECK(now.mood == live::Mood::calm);
}

TEST_CASE("leaders are told with term and age, and doubted when nobody says so any more") {
  RunRecord record = run_with(all_good());
  add_event(record, kT0, event_type::etcd_member,
            {{"node", "cp1"},
             {"sentNs", (kT0 - Duration(10ms)).ns},
             {"member", "7"},
             {"leader", "7"},
             {"term", 3},
             {"index", 9},
             {"applied", 9},
             {"learner", false}});
  add_event(record, kT0 + Duration(1s), event_type::etcd_member,
            {{"node", "cp2"},
             {"sentNs", kT0.ns},
             {"member", "8"},
             {"leader", "8"},
             {"term", 4},
             {"index", 9},
             {"applied", 9},
             {"learner", false}});
  add_event(record, kT0, event_type::lease_observed,
            {{"lease", "kube-scheduler"},
             {"through", "cp1"},
             {"version", 5},
             {"holder", "cp3_abc"},
             {"transitions", 1},
             {"leaseDurationNs", 15'000'000'000},
             {"renewedNs", kT0.ns},
             {"acquiredNs", kT0.ns}});
  Snapshot now = at(record, kT0 + Duration(2s));
  REQUIRE(now.leaders.size() == 3);
  CHECK(now.leaders[0].who == "cp2");
  CHECK(now.leaders[0].detail == "term 4");
  CHECK(now.leaders[1].detail == "not observed");
  CHECK(now.leaders[2].who == "cp3");
  CHECK(now.leaders[2].detail == "renewed 2.0 s ago");
  now = at(record, kT0 + Duration(20s));
  CHECK(now.leaders[0].who == "");
  CHECK(now.leaders[0].doubtful);
  CHECK(now.leaders[2].detail == "Lease lapsed 5.0 s ago");
}

TEST_CASE("what a cluster's name is in front of is told without it") {
  RunRecord record = run_with(all_good());
  add_prober(record, prober_info("api.direct.demo-control-plane2", 200ms, "each-api-server"), all_good());
  Board board({record.scenario, "demo", 42, ""});
  Replay(record).play(board, kT0);
  CHECK(board.snapshot(kT0).probers.back().name == "api.direct.control-plane2");
}

TEST_CASE("healed by hand, the view waits for the spares") {
  RunRecord record = run_with(all_good());
  drop_events(record, event_type::observe_ended);
  add_event(record, kT0 + Duration(3s), event_type::healed_by_hand, Json::object());
  add_event(record, kT0 + Duration(20s), event_type::observe_ended, {{"step", "recover"}});
  CHECK(at(record, kT0 + Duration(5s)).detail == "healed by hand: observing for 2.0 s, until every spare is back");
  CHECK(at(record, kT0 + Duration(21s)).elapsed == 20s);
}
