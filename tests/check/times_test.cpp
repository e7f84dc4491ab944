// T1 to T6 with their sources. What nothing tells is not measured, never invented.
#include "check/times.hpp"

#include <catch2/catch.hpp>

#include "nodes.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

std::vector<RunTime> rows_of(const Verdict& verdict, const std::string& id) {
  std::vector<RunTime> rows;
  for (const RunTime& row : verdict.times.course) {
    if (row.id == id) rows.push_back(row);
  }
  return rows;
}

RunTime only(const RunRecord& record, const std::string& id) {
  const std::vector<RunTime> rows = rows_of(judge(record), id);
  REQUIRE(rows.size() == 1);
  return rows.front();
}

}  // namespace

TEST_CASE("every time has a row, in order; what no event tells is not measured and says so") {
  const Verdict verdict = judge(run_with(down(kT0 + Duration(50ms), kT0 + Duration(1250ms))));
  std::string ids;
  for (const RunTime& row : verdict.times.course) ids += row.id + " ";
  CHECK(ids == "T1 T2 T3 T3' T4 T5 T6 ");
  for (const char* id : {"T2", "T3'", "T4"}) {
    const RunTime row = rows_of(verdict, id).front();
    INFO(id);
    CHECK_FALSE(row.since_t0);
    CHECK_FALSE(row.not_measured.empty());
  }
  CHECK(rows_of(verdict, "T1").front().since_t0 == Bounds{99ms, Duration(100ms)});
  CHECK(rows_of(verdict, "T3").front().since_t0 == Bounds{1199ms, Duration(1300ms)});
  CHECK(rows_of(verdict, "T3").front().about == "api.read.new");
  CHECK(rows_of(verdict, "T5").front().since_t0 == verdict.times.redundancy);
}

TEST_CASE("nobody hurt: no T1 and no T3") {
  const RunRecord record = run_with(all_good());
  CHECK_FALSE(only(record, "T1").since_t0);
  CHECK_FALSE(only(record, "T3").since_t0);
}

TEST_CASE("without a fault there is no course") {
  RunRecord record = run_with(all_good());
  drop_events(record, event_type::fault_proven);
  CHECK(judge(record).times.course.empty());
}

TEST_CASE("T2 is the first notice after T0 of each component, by time") {
  RunRecord record = run_with(all_good());
  const auto detected = [&record](Duration since, const char* component, Json more = Json::object()) {
    more["component"] = component;
    more["what"] = "marked down";
    add_event(record, kT0 + since, event_type::detected, std::move(more));
  };
  detected(-1s, "etcd");  // before the fault: about something else
  detected(3s, "load-balancer");
  detected(2s, "etcd");
  detected(4s, "etcd");
  detected(31s, "kubelet");  // after the window
  const std::vector<RunTime> rows = rows_of(judge(record), "T2");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].about == "etcd: marked down");
  CHECK(rows[0].since_t0 == Bounds{1999ms, Duration(2s)});
  CHECK(rows[1].about == "load-balancer: marked down");
  CHECK(rows[1].source == "component.detected");
}

TEST_CASE("a source that looks now and then gives bounds") {
  RunRecord record = run_with(all_good());
  add_event(record, kT0 + Duration(3s), event_type::detected,
            {{"component", "lb"}, {"what", "down"}, {"notBeforeNs", (kT0 + Duration(2500ms)).ns}});
  CHECK(only(record, "T2").since_t0 == Bounds{2499ms, Duration(3s)});
}

TEST_CASE("T3' is the first useful work of each new leader") {
  RunRecord record = run_with(all_good());
  add_event(record, kT0 + Duration(17s), event_type::useful_work,
            {{"component", "kube-controller-manager"}, {"holder", "cp2"}});
  const RunTime row = only(record, "T3'");
  CHECK(row.about == "kube-controller-manager on cp2");
  CHECK(row.since_t0 == Bounds{16999ms, Duration(17s)});
}

TEST_CASE("T4 comes from the repair of an instance, else from a proof of healing with instants") {
  RunRecord record = run_with(all_good());
  for (Event& event : record.events.events) {
    if (event.type == event_type::heal_proven) {
      event.data["proof"] = {{"healedLowerNs", (kT0 + Duration(1200ms)).ns},
                             {"healedUpperNs", (kT0 + Duration(1210ms)).ns}};
    }
  }
  CHECK(only(record, "T4").since_t0 == Bounds{1199ms, Duration(1210ms)});
  CHECK(only(record, "T4").source == "heal.proven");
  add_event(record, kT0 + Duration(1100ms), event_type::repaired, {{"role", "apiserver"}, {"node", "cp1"}});
  CHECK(only(record, "T4").since_t0 == Bounds{1099ms, Duration(1100ms)});
  CHECK(only(record, "T4").source == "instance.repaired");
  CHECK(only(record, "T4").about == "apiserver on cp1");
}

TEST_CASE("of two pods of one node each has its own T4") {
  const std::vector<RunTime> rows = rows_of(judge(two_pods_hit()), "T4");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].about == "pod shop/web-1 on w");
  CHECK(rows[0].since_t0 == Bounds{2999ms, Duration(3010ms)});
  CHECK(rows[1].about == "pod shop/web-2 on w");
  CHECK(rows[1].since_t0 == Bounds{4999ms, Duration(5010ms)});
}

TEST_CASE("of two pods of one node the one that is not healed is named") {
  RunRecord record = two_pods_hit();
  CHECK(judge(record).unhealed.empty());
  std::erase_if(record.events.events, [](const Event& event) {
    return event.type == event_type::heal_proven && event.data.at("target") == pod_target("web-1");
  });
  CHECK(judge(record).unhealed == std::vector<std::string>{"kill on pod shop/web-1 on w"});
}

TEST_CASE("the null prober is nobody who can be hurt") {
  RunRecord record = run_with(all_good());
  ProberInfo null = prober_info("null", 100ms, "local-echo");
  null.operation = operation::echo;
  add_prober(record, null, down(kT0 + Duration(1s), kT0 + Duration(2s)));
  const Verdict verdict = judge(record);
  CHECK_FALSE(verdict.times.impact);
  CHECK(verdict.api->bad == 0);
  CHECK(verdict.api->longest == Bounds{0s, Duration(0s)});
  CHECK_FALSE(verdict.probers.at(1).user);
}

TEST_CASE("a step of the wall clock is told and changes no duration") {
  const RunRecord record = run_with(down(kT0 + Duration(50ms), kT0 + Duration(1250ms)));
  RunRecord stepped = record;
  add_event(stepped, kT0 + Duration(1s), event_type::clock_stepped, {{"byNs", -3'600'000'000'000}});
  add_event(stepped, kT0 + Duration(2s), event_type::clock_stepped, {{"byNs", 1'500'000'000}});
  const Verdict verdict = judge(stepped);
  REQUIRE(verdict.notes.size() == 2);
  CHECK(verdict.notes[0].find("by -1h ") != std::string::npos);
  CHECK(verdict.notes[1].find("by +1s500ms ") != std::string::npos);
  CHECK(verdict.judgement == judge(record).judgement);
  CHECK(verdict.probers.at(0).summary.longest == judge(record).probers.at(0).summary.longest);
}

TEST_CASE("a vantage point that was lost is told, and for how long") {
  RunRecord record = run_with(all_good());
  add_event(record, kT0 + Duration(1s), event_type::vantage_lost, {{"node", "w1"}, {"reason", "channel closed"}});
  add_event(record, kT0 + Duration(2s), event_type::vantage_lost, {{"node", "w2"}, {"reason", "silent"}});
  add_event(record, kT0 + Duration(3s), event_type::vantage_reopened, {{"node", "w1"}});
  const Verdict verdict = judge(record);
  REQUIRE(verdict.notes.size() == 2);
  CHECK(verdict.notes[0] == "nothing was seen from inside w1 for 2s: channel closed");
  CHECK(verdict.notes[1] == "nothing was seen from inside w2 from then on: silent");
}
