#include "index/history.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "index/sections.hpp"
#include "roots.hpp"

using namespace hadrill;
using namespace hadrill::index;
using namespace hadrill::test;

namespace {

/// The series of the only row of these trials.
std::vector<Series> series_of_root(const Root& root, const trend::Comparison& comparison) {
  static Overview overview;
  overview = overview_of(root);
  REQUIRE(overview.groups.size() == 1);
  REQUIRE(overview.groups[0].rows.size() == 1);
  return series_of(overview.groups[0].rows[0], comparison);
}

Root one_row(int trials, Duration first = 1s) {
  Root root;
  for (int i = 0; i < trials; ++i)
    root.trials.push_back(entry("a", "stacked", night_utc(i / 10, i % 10), first + i * 10ms));
  return root;
}

}  // namespace

TEST_CASE("the middle and the greatest value are order statistics, and no quantile that n cannot know is named") {
  const Root root = one_row(4);
  const auto comparison = compare_history(root);
  const auto series = series_of_root(root, comparison);
  REQUIRE(series.size() == 1);
  CHECK(series[0].sli == kSli);
  CHECK(series[0].n == 4);
  CHECK(series[0].median.lower == Approx(1.015));
  CHECK(series[0].median.upper == Approx(1.215));
  CHECK(series[0].worst.lower == Approx(1.03));
  CHECK(series[0].worst.upper == Approx(1.23));
  CHECK_FALSE(series[0].quantile);
  CHECK(series_of_root(one_row(11), {}).at(0).quantile == 0.75);
}

TEST_CASE("trials that do not count are drawn and not counted") {
  Root root = one_row(6);
  root.trials[1].stored->judgement = Judgement::error;
  root.trials[2].stored->validity = Judgement::inconclusive;
  root.trials[3] = without_verdict(root.trials[3], "It died");
  root.trials[4].stored->slos.front().judgement = Judgement::error;
  const auto series = series_of_root(root, {});
  REQUIRE(series.at(0).points.size() == 6);
  CHECK(series[0].n == 2);
  CHECK_FALSE(series[0].points[1].counts);
  CHECK(series[0].points[1].value);
  CHECK_FALSE(series[0].points[2].counts);
  CHECK_FALSE(series[0].points[3].value);
  CHECK_FALSE(series[0].points[4].value);
}

TEST_CASE("what was measured on another machine or at another pace is told apart and not counted together") {
  Root root = one_row(8);
  for (std::size_t i = 3; i < 8; ++i) root.trials[i].stored->machine->cpus = 8;
  root.trials[7].stored->periods["api.read.new"] = 250ms;
  const auto series = series_of_root(root, {});
  const auto& points = series.at(0).points;
  CHECK(points[2].before.empty());
  CHECK(points[3].before.find("CPUs") == 0);
  CHECK(points[4].before.empty());
  CHECK(points[7].before.find("pace") == 0);
  CHECK(series[0].apart);
  CHECK(series[0].n == 1);
  // The known-bad case: without the change all of them count.
  CHECK(series_of_root(one_row(8), {}).at(0).n == 8);
}

TEST_CASE("an outage without an end is no number: the greatest is at least what was seen") {
  Root root = one_row(3);
  root.trials[2].stored->slos.front().time->upper.reset();
  const auto series = series_of_root(root, {});
  CHECK(std::isinf(series.at(0).worst.upper));
  CHECK(std::isinf(series[0].points[2].value->upper));
}

TEST_CASE("of an availability the least is the worst") {
  Root root = one_row(3);
  for (std::size_t i = 0; i < 3; ++i) {
    trend::Measure& slo = root.trials[i].stored->slos.front();
    slo.time.reset();
    slo.time_budget.reset();
    slo.share = ShareBounds{0.9 - 0.01 * static_cast<double>(i), 0.95};
    slo.share_budget = 0.8;
  }
  const auto series = series_of_root(root, {});
  CHECK(series.at(0).share);
  CHECK(series[0].worst.lower == Approx(0.88));
}

TEST_CASE("only SLIs with a budget have a history, and only the newest trials are drawn") {
  Root root = one_row(60);
  for (Entry& one : root.trials) {
    trend::Measure free = one.stored->slos.front();
    free.id = "free";
    free.time_budget.reset();
    one.stored->slos.push_back(free);
  }
  const auto series = series_of_root(root, {});
  REQUIRE(series.size() == 1);
  CHECK(series[0].points.size() == kMostPoints);
  CHECK(series[0].left_out == 20);
  CHECK(series[0].n == 60);
  CHECK(series[0].points.back().entry->started_utc == night_utc(5, 9));
}

TEST_CASE("what compare calls is what hadrill compare --against-history calls") {
  Root root = one_row(10);
  for (std::size_t i = 5; i < 10; ++i) root.trials[i].stored->slos.front().time = Bounds{3s, 3200ms};
  const auto comparison = compare_history(root);
  const auto series = series_of_root(root, comparison);
  REQUIRE(series.at(0).compared != nullptr);
  CHECK(series[0].compared->change == trend::Change::worse);
  CHECK(series[0].compared->next.n == 5);
  const Root few = one_row(5);
  const auto nothing = compare_history(few);
  CHECK(series_of_root(few, nothing).at(0).compared == nullptr);
}

TEST_CASE("a row whose machine changed is refused, and no other row is") {
  Root root = one_row(10);
  for (std::size_t i = 5; i < 10; ++i) root.trials[i].stored->slos.front().time = Bounds{3s, 3200ms};
  for (Entry other : one_row(10).trials) {
    other.scenario = other.stored->scenario = "b";
    other.stored->machine->cpus = other.started_utc < night_utc(0, 7) ? 2 : 4;
    root.trials.push_back(std::move(other));
  }
  const std::string html = history_section(overview_of(root), compare_history(root)).str();
  CHECK(html.find("compare, 5 new against 5 before: slower by") != std::string::npos);
  CHECK(html.find("compare: refused, CPUs: base 2, new 2 and 4") != std::string::npos);
  CHECK(html.find("refuses 1 row:") != std::string::npos);
}
