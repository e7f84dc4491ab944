// The rule: pass by the upper bound, fail by the lower one.
#include "check/slo.hpp"

#include <catch2/catch.hpp>

#include "history.hpp"

using namespace hadrill;
using namespace hadrill::test;

TEST_CASE("times: pass by the upper bound, fail by the lower, else inconclusive") {
  struct Row {
    Duration lower;
    std::optional<Duration> upper;
    Duration budget;
    Judgement expected;
  };
  const std::vector<Row> rows{
      {1s, Duration(2s), 2s, Judgement::pass},          {1s, Duration(2s), 1999ms, Judgement::inconclusive},
      {1s, Duration(2s), 1s, Judgement::inconclusive},  {1s, Duration(2s), 999ms, Judgement::fail},
      {0s, Duration(0s), 0s, Judgement::pass},          {1s, std::nullopt, 999ms, Judgement::fail},
      {1s, std::nullopt, 100h, Judgement::inconclusive}};
  for (const Row& row : rows) {
    INFO(to_text(Bounds{row.lower, row.upper}) << " against " << row.budget.count());
    CHECK(judge_time({row.lower, row.upper}, row.budget, false) == row.expected);
  }
}

TEST_CASE("shares: pass by the lower bound, fail by the upper, else inconclusive") {
  CHECK(judge_share({0.9, 0.95}, 0.9, true) == Judgement::pass);
  CHECK(judge_share({0.9, 0.95}, 0.92, true) == Judgement::inconclusive);
  CHECK(judge_share({0.9, 0.95}, 0.95, true) == Judgement::inconclusive);
  CHECK(judge_share({0.9, 0.95}, 0.96, true) == Judgement::fail);
  CHECK(judge_share({1, 1}, 1, false) == Judgement::pass);
}

TEST_CASE("a budget of nothing is missed by anything bad, however short") {
  CHECK(judge_time({0s, Duration(200ms)}, 0s, true) == Judgement::fail);
  CHECK(judge_time({0s, Duration(200ms)}, 0s, false) == Judgement::inconclusive);  // a gap
  CHECK(judge_share({0.99, 1}, 1, true) == Judgement::fail);
  CHECK(judge_share({0.99, 1}, 1, false) == Judgement::inconclusive);
}

TEST_CASE("each SLI is judged by its own numbers") {
  RunRecord record = run_with(down(kT0 + Duration(50ms), kT0 + Duration(2550ms)), 12s);
  const Verdict verdict = judge(record);
  CHECK(finding(verdict, "api.read.new.longest_outage").judgement == Judgement::fail);  // 2.4 s > 2 s
  CHECK(finding(verdict, "api.read.new.longest_outage").time == Bounds{2400ms, Duration(2600ms)});
  CHECK(finding(verdict, "api.read.new.total_outage").judgement == Judgement::pass);  // 2.6 s <= 3 s
  CHECK(finding(verdict, "api.read.new.availability").judgement == Judgement::pass);  // 91.3 % >= 90 %
  CHECK(finding(verdict, "redundancy.restored").judgement == Judgement::pass);
  CHECK(finding(verdict, "redundancy.restored").time == Bounds{11009ms, Duration(12110ms)});
  CHECK(verdict.judgement == Judgement::fail);
}

TEST_CASE("an outage about as long as its budget is inconclusive") {
  const Verdict verdict = judge(run_with(down(kT0 + Duration(50ms), kT0 + Duration(2050ms))));
  CHECK(finding(verdict, "api.read.new.longest_outage").judgement ==
        Judgement::inconclusive);  // 1.9 to 2.1 s, budget 2 s
  CHECK(verdict.judgement == Judgement::inconclusive);
}

TEST_CASE("redundancy that is not seen back fails once its lower bound is over the budget") {
  const Verdict missed = judge(run_with(all_good(), 100s));  // failing until the end at 29 s, budget 20 s
  CHECK(finding(missed, "redundancy.restored").judgement == Judgement::fail);
  CHECK(missed.times.redundancy == Bounds{29009ms, std::nullopt});
  RunRecord record = run_with(all_good(), 100s);
  record.scenario.slos.back().budget = 60s;
  CHECK(finding(judge(record), "redundancy.restored").judgement == Judgement::inconclusive);
}

TEST_CASE("an SLO about a prober without samples is an error") {
  RunRecord record = run_with(all_good());
  record.scenario.slos.front().sli.prober = "api.list";
  const Finding judged = finding(judge(record), "api.read.new.longest_outage");
  CHECK(judged.judgement == Judgement::error);
  CHECK(judged.text.find("api.list") != std::string::npos);
}

TEST_CASE("text of bounds never claims more than was measured") {
  CHECK(to_text(Bounds{1234567us, Duration(1234567us)}) == "1.234 s to 1.235 s");
  CHECK(to_text(Bounds{1s, std::nullopt}) == "at least 1.000 s");
  CHECK(to_text(ShareBounds{0.9, 0.95}) == "90.00 % to 95.00 %");
  CHECK(to_text(ShareBounds{0.89999, 0.95001}) == "89.99 % to 95.01 %");
}

namespace {

/// A run with a prober at each of three API servers, the first of which is down for as long as told; cp1 is hit.
RunRecord each_api_server(Duration first, Duration second) {
  RunRecord record = run_with(all_good());
  const auto add = [&record](const char* node, Duration down_for) {
    ProberInfo info = prober_info(std::string("direct.") + node, 100ms, probe_path::each_api_server);
    info.endpoint = node;
    add_prober(record, info, down(kT0 + Duration(50ms), kT0 + Duration(50ms) + down_for));
  };
  add("cp1", first);
  add("cp2", second);
  add("cp3", 0s);
  record.scenario.slos = {slo(SliRef::Kind::longest_outage, "direct", "direct.longest_outage", 2s),
                          slo(SliRef::Kind::availability, "direct", "direct.availability", 0s, 0.9),
                          slo(SliRef::Kind::served_again, "direct", "direct.served_again", 2s)};
  return record;
}

}  // namespace

TEST_CASE("of probers that are one per node the worst counts, without those on nodes that a fault hit") {
  const Verdict good = judge(each_api_server(20s, 1s));
  CHECK(finding(good, "direct.longest_outage").time == Bounds{900ms, Duration(1100ms)});
  CHECK(finding(good, "direct.longest_outage").judgement == Judgement::pass);
  CHECK(finding(good, "direct.availability").judgement == Judgement::pass);
  CHECK(finding(good, "direct.served_again").time == Bounds{999ms, Duration(1100ms)});
  const Verdict bad = judge(each_api_server(0s, 20s));
  for (const char* id : {"direct.longest_outage", "direct.availability", "direct.served_again"})
    CHECK(finding(bad, id).judgement == Judgement::fail);
  RunRecord nobody = each_api_server(0s, 0s);
  for (Event& event : nobody.events.events) {
    if (event.type != event_type::fault_injecting) continue;
    for (const char* node : {"cp2", "cp3"}) event.data["targets"].push_back({{"role", "etcd"}, {"node", node}});
  }
  CHECK(finding(judge(nobody), "direct.longest_outage").judgement == Judgement::error);
}
