#include "trend/compare.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "trials.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace hadrill::trend;

namespace {

Comparison compared(const std::vector<StoredTrial>& base, const std::vector<StoredTrial>& next) {
  return compare(base, next, CompareOptions{});
}

CompareRow only_row(const Comparison& comparison) {
  REQUIRE(comparison.rows.size() == 1);
  return comparison.rows.front();
}

}  // namespace

TEST_CASE("a shift that is plain in five trials against five is called") {
  const Comparison slower = compared(trials(5, 1s, 100ms, "base"), trials(5, 3s, 100ms, "new"));
  const CompareRow row = only_row(slower);
  CHECK(row.change == Change::worse);
  CHECK(slower.regression());
  CHECK(row.p == Approx(2.0 / 252));
  CHECK(row.adjusted_p == Approx(row.p));
  CHECK(row.shift.lower == Approx(1.9));
  CHECK(row.shift.upper == Approx(2.1));
  CHECK(row.effect == stats::Range{1, 1});
  CHECK(row.relevant == 1);  // a second: 10 % of the base's median of upper bounds is less
  const Comparison faster = compared(trials(5, 3s, 100ms, "base"), trials(5, 1s, 100ms, "new"));
  CHECK(only_row(faster).change == Change::better);
  CHECK_FALSE(faster.regression());
}

TEST_CASE("n=4 against 4 cannot show a change at 1 %, however great it is") {
  const CompareRow row = only_row(compared(trials(4, 1s, 0s, "base"), trials(4, 100s, 0s, "new")));
  CHECK(row.change == Change::too_few);
  CHECK_FALSE(row.base.median_interval);
  CHECK_FALSE(only_row(compared(trials(3, 1s, 0s, "base"), trials(3, 100s, 0s, "new"))).shift_interval);
  // One more on each side can.
  CHECK(only_row(compared(trials(5, 1s, 0s, "base"), trials(5, 100s, 0s, "new"))).change == Change::worse);
  CompareOptions once;
  once.level = 0.05;
  CHECK(only_row(compare(trials(4, 1s, 0s, "base"), trials(4, 100s, 0s, "new"), once)).change == Change::worse);
}

TEST_CASE("a change must hold for the whole error bars") {
  // The middles are 2 s apart, but the error bars of 4 s overlap.
  const CompareRow row = only_row(compared(trials(6, 1s, 4s, "base"), trials(6, 3s, 4s, "new")));
  CHECK(row.change == Change::none);
  CHECK(row.shift.lower < 0);
  CHECK(row.shift.upper > 0);
  CHECK(row.p == 1);
}

TEST_CASE("a shift that does not matter is not called, however small p is") {
  const std::vector<StoredTrial> base = trials(10, 10s, 0s, "base");
  const std::vector<StoredTrial> next = trials(10, 10500ms, 0s, "new");
  const CompareRow row = only_row(compared(base, next));
  CHECK(row.adjusted_p < 0.001);
  CHECK(row.change == Change::none);
  CompareOptions options;
  options.relevance = *parse_relevance("400ms");
  CHECK(only_row(compare(base, next, options)).change == Change::worse);
  options.relevance = *parse_relevance("2%");
  CHECK(only_row(compare(base, next, options)).change == Change::worse);
  options.relevance = *parse_relevance("600ms");
  CHECK(only_row(compare(base, next, options)).change == Change::none);
}

TEST_CASE("no shift matters that is smaller than the error bars are wide") {
  // 10 % would be 0.3 s; the worst of the shift is 1.3 s, and an error bar 2 s.
  const CompareRow row = only_row(compared(trials(6, 1s, 2s, "base"), trials(6, 4300ms, 2s, "new")));
  CHECK(row.shift.lower == Approx(1.3));
  CHECK(row.relevant == Approx(2.0));
  CHECK(row.change == Change::none);
}

TEST_CASE("of a base without outages a millisecond is no change, and a second is one") {
  const std::vector<StoredTrial> base(10, trial(0, 0s, 0s, "base"));
  const CompareRow little = only_row(compared(base, trials(10, 1ms, 0s, "new")));
  CHECK(little.adjusted_p < 0.001);
  CHECK(little.relevant == 1);
  CHECK(little.change == Change::none);
  CHECK(only_row(compared(base, trials(10, 1s, 0s, "new"))).change == Change::worse);
  // A share alone was asked for: of nothing it is nothing.
  CompareOptions options;
  options.relevance = *parse_relevance("10%");
  CHECK(only_row(compare(base, trials(10, 1ms, 0s, "new"), options)).change == Change::worse);
}

TEST_CASE("of an availability a hundredth of the time is the least that matters") {
  const std::vector<StoredTrial> base(10, shares(1, 1, 1, "base").front());
  const CompareRow little = only_row(compared(base, shares(10, 0.999, 0.999, "new")));
  CHECK(little.relevant == 0.01);
  CHECK(little.change == Change::none);
  CHECK(only_row(compared(base, shares(10, 0.98, 0.98, "new"))).change == Change::worse);
}

TEST_CASE("groups from one distribution are called different no more often than promised") {
  std::mt19937 random(17);
  std::normal_distribution<double> seconds(10, 3);
  int called = 0;
  constexpr int kRounds = 300;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<StoredTrial> base;
    std::vector<StoredTrial> next;
    for (int i = 0; i < 6; ++i) {
      for (auto* side : {&base, &next}) {
        const Duration at = std::chrono::milliseconds(static_cast<int>(seconds(random) * 1000));
        side->push_back(trial(i, at, at, side == &base ? "base" : "new"));
      }
    }
    const Change change = only_row(compared(base, next)).change;
    called += change == Change::worse || change == Change::better ? 1 : 0;
  }
  CHECK(called <= kRounds * 0.03);
}

TEST_CASE("an outage that was not seen to end is slower than any that was") {
  std::vector<StoredTrial> next = trials(5, 20s, 0s, "new");
  for (StoredTrial& one : next) one.slos.front().time->upper.reset();
  const CompareRow row = only_row(compared(trials(5, 1s, 0s, "base"), next));
  CHECK(row.change == Change::worse);
  CHECK(std::isinf(row.next.max.upper));
  CHECK(std::isinf(row.shift.upper));
  // On the base's side it proves nothing: the base may have been as slow as can be.
  CHECK(only_row(compared(next, trials(5, 60s, 0s, "late"))).change == Change::none);
}

TEST_CASE("of an availability less is worse") {
  const Comparison worse = compared(shares(5, 0.98, 0.985, "base"), shares(5, 0.90, 0.91, "new"));
  const CompareRow row = only_row(worse);
  CHECK(row.share);
  CHECK(row.change == Change::worse);
  CHECK(row.base.median.lower == Approx(0.0152));
  CHECK(only_row(compared(shares(5, 0.90, 0.91, "base"), shares(5, 0.98, 0.985, "new"))).change == Change::better);
}

TEST_CASE("trials that do not count are named, with the reason") {
  std::vector<StoredTrial> next = trials(7, 3s, 100ms, "new");
  next[2].judgement = Judgement::error;
  next[4].judgement = Judgement::aborted;
  const Comparison comparison = compared(trials(5, 1s, 100ms, "base"), next);
  CHECK(only_row(comparison).next.n == 5);
  REQUIRE(comparison.excluded.size() == 2);
  CHECK(comparison.excluded[0].directory == "new/apiserver-kill/2");
  CHECK(comparison.excluded[1].reason == "it was aborted");
}

TEST_CASE("scenarios and SLIs of one side only are not compared") {
  std::vector<StoredTrial> next = trials(5, 3s, 100ms, "new");
  for (StoredTrial& one : next) one.topology = "nginx";
  const Comparison apart = compared(trials(5, 1s, 100ms, "base"), next);
  CHECK(apart.rows.empty());
  CHECK(apart.one_sided.size() == 2);
  next = trials(5, 3s, 100ms, "new");
  for (StoredTrial& one : next) one.slos.front().id = "api.total_outage";
  CHECK(compared(trials(5, 1s, 100ms, "base"), next).rows.empty());
  CHECK(compared({}, {}).rows.empty());
}

TEST_CASE("a difference in one scenario refuses that one and no other") {
  std::vector<StoredTrial> base = trials(5, 1s, 100ms, "base");
  std::vector<StoredTrial> next = trials(5, 3s, 100ms, "new");
  for (auto* side : {&base, &next}) {
    std::vector<StoredTrial> more = trials(5, 1s, 100ms, side == &base ? "base" : "new");
    for (StoredTrial& one : more) one.scenario = "lb-kill";
    side->insert(side->end(), more.begin(), more.end());
  }
  next[7].periods["api.read.new"] = 250ms;  // the pace of one prober in one trial of lb-kill
  CompareOptions options;
  const Comparison comparison = compare(base, next, options);
  CHECK(only_row(comparison).scenario == "apiserver-kill");
  CHECK(comparison.regression());
  CHECK_FALSE(comparison.all_refused());
  REQUIRE(comparison.not_comparable.size() == 1);
  CHECK(comparison.not_comparable[0].reasons ==
        std::vector<std::string>{"pace of the probers: api.read.new asks every 100ms and every 250ms"});
  CHECK(comparison.refused("lb-kill", "stacked") == &comparison.not_comparable[0]);
  CHECK(comparison.refused("apiserver-kill", "stacked") == nullptr);
  options.force = true;
  const Comparison forced = compare(base, next, options);
  CHECK(forced.rows.size() == 2);
  CHECK(forced.not_comparable.size() == 1);
  CHECK(forced.refused("lb-kill", "stacked") == nullptr);
}

TEST_CASE("topologies differ in their load balancers: each is compared with itself") {
  std::vector<StoredTrial> base = trials(5, 1s, 100ms, "base");
  std::vector<StoredTrial> next = trials(5, 1s, 100ms, "new");
  for (auto* side : {&base, &next}) {
    std::vector<StoredTrial> more = trials(5, 1s, 100ms, side == &base ? "base" : "new");
    for (StoredTrial& one : more) {
      one.topology = "nginx";
      one.machine->load_balancer = "nginx";
    }
    side->insert(side->end(), more.begin(), more.end());
  }
  CHECK(compared(base, next).rows.size() == 2);
}

TEST_CASE("that everything was refused is told apart from that there is nothing") {
  std::vector<StoredTrial> next = trials(5, 3s, 100ms, "new");
  for (StoredTrial& one : next) one.machine->cpus = 64;
  const Comparison refused = compared(trials(5, 1s, 100ms, "base"), next);
  CHECK(refused.rows.empty());
  CHECK(refused.all_refused());
  CHECK_FALSE(compared({}, next).all_refused());
  // Trials that do not count refuse nothing.
  for (StoredTrial& one : next) one.judgement = Judgement::error;
  CHECK_FALSE(compared(trials(5, 1s, 100ms, "base"), next).all_refused());
  CHECK(compared(trials(5, 1s, 100ms, "base"), next).not_comparable.empty());
}

TEST_CASE("an SLI that a trial could not judge is no value of it") {
  std::vector<StoredTrial> next = trials(6, 3s, 100ms, "new");
  next[0].slos.front().judgement = Judgement::error;
  next[1].slos.front().time.reset();
  CHECK(only_row(compared(trials(5, 1s, 100ms, "base"), next)).next.n == 4);
}

TEST_CASE("the more SLIs are compared, the smaller p has to be") {
  // One that shifts among many that do not: its adjusted p is as many times as great.
  const auto many = [](std::vector<StoredTrial> side) {
    for (StoredTrial& one : side) {
      for (int i = 0; i < 19; ++i) {
        Measure same;
        same.id = "same." + std::to_string(i);
        same.time = Bounds{1s, 1s};
        one.slos.push_back(same);
      }
    }
    return side;
  };
  const Comparison comparison = compared(many(trials(5, 1s, 0s, "base")), many(trials(5, 3s, 0s, "new")));
  CHECK(comparison.tested == 20);
  CHECK(comparison.rows.front().adjusted_p == Approx(20 * 2.0 / 252));
  CHECK(comparison.rows.front().change == Change::none);
  CHECK(compared(many(trials(8, 1s, 0s, "base")), many(trials(8, 3s, 0s, "new"))).rows.front().change == Change::worse);
}

TEST_CASE("phases are compared when they are asked for") {
  const auto timed = [](std::vector<StoredTrial> side, Duration at) {
    for (StoredTrial& one : side)
      one.phases.push_back({"T5 full redundancy", Judgement::pass, Bounds{at, at}, {}, {}, {}, {}});
    return side;
  };
  const std::vector<StoredTrial> base = timed(trials(8, 1s, 0s, "base"), 10s);
  const std::vector<StoredTrial> next = timed(trials(8, 1s, 0s, "new"), 20s);
  CHECK(compared(base, next).rows.size() == 1);
  CompareOptions options;
  options.phases = true;
  const Comparison comparison = compare(base, next, options);
  REQUIRE(comparison.rows.size() == 2);
  CHECK(comparison.rows[1].sli == "T5 full redundancy");
  CHECK(comparison.rows[1].change == Change::worse);
}

TEST_CASE("the newest trials that count are the new side of a history") {
  std::vector<StoredTrial> history = trials(8, 1s, 0s, "runs");
  history[6].judgement = Judgement::error;
  std::reverse(history.begin(), history.end());
  const auto [base, next] = split_history(history, 3);
  // 5 and 7 count, 6 does not and lies between them; 4 is the third.
  std::vector<std::string> newest;
  for (const StoredTrial& one : next) newest.push_back(one.directory.substr(one.directory.size() - 1));
  CHECK(newest == std::vector<std::string>{"4", "5", "6", "7"});
  CHECK(base.size() == 4);
  CHECK(split_history(trials(2, 1s, 0s, "runs"), 5).first.empty());
}

TEST_CASE("what is relevant is a share or a time, else a usage error") {
  CHECK(parse_relevance("15%")->share == Approx(0.15));
  CHECK(parse_relevance("0%")->share == 0);
  CHECK(parse_relevance("1.5s")->time == 1500ms);
  for (const char* wrong : {"", "%", "x%", "-1%", "10", "1h2", "nan%", "inf%"}) {
    INFO(wrong);
    CHECK_FALSE(parse_relevance(wrong).ok());
  }
}
