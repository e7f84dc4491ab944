#include "index/chart.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "roots.hpp"

using namespace hadrill;
using namespace hadrill::index;
using namespace hadrill::test;

namespace {

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

Series series_with(const std::vector<Entry>& entries) {
  Series series;
  series.sli = kSli;
  for (const Entry& one : entries) {
    Point point;
    point.entry = &one;
    if (one.stored) {
      const trend::Measure& slo = one.stored->slos.front();
      point.value = stats::Range{std::chrono::duration<double>(slo.time->lower).count(),
                                 slo.time->upper ? std::chrono::duration<double>(*slo.time->upper).count()
                                                 : std::numeric_limits<double>::infinity()};
      point.budget = 5;
      point.judgement = slo.judgement;
      point.counts = true;
    }
    series.points.push_back(point);
  }
  return series;
}

}  // namespace

TEST_CASE("a chart has a bar for each value, a cross for each trial without, and the budget") {
  const std::vector<Entry> entries{entry("a", "b", night_utc(0, 0), 1s),
                                   entry("a", "b", night_utc(1, 0), 7s, Judgement::fail),
                                   without_verdict(entry("a", "b", night_utc(2, 0), 1s), "It died")};
  Series series = series_with(entries);
  series.points[1].before = "CPUs: base 2, new 4";
  const std::string svg = chart_of(series).str();
  CHECK(count(svg, "class=\"c-pass\"") == 1);
  CHECK(count(svg, "class=\"c-fail\"") == 1);
  CHECK(count(svg, "class=\"c-cross\"") == 2);
  CHECK(count(svg, "class=\"c-budget\"") == 1);
  CHECK(count(svg, "class=\"c-break\"") == 1);
  CHECK(svg.find("2027-01-02 01:00, seed 42: 7.000 s to 7.200 s, fail; cannot be compared with those before: CPUs") !=
        std::string::npos);
  CHECK(svg.find("2027-01-03 01:00, seed 42: not measured (no verdict)") != std::string::npos);
}

TEST_CASE("bars are where their values are on the scale") {
  // 0 is at 98, the budget of 5 s with its headroom at 14.
  const std::vector<Entry> entries{entry("a", "b", night_utc(0, 0), 1s)};
  const std::string svg = chart_of(series_with(entries)).str();
  CHECK(svg.find("x=\"338.5\" y=\"79.0\" width=\"5.0\" height=\"3.2\" class=\"c-pass\"") != std::string::npos);
  CHECK(svg.find("<path d=\"M330.0 18.8H352.0\" class=\"c-budget\"") != std::string::npos);
}

TEST_CASE("what was not seen to end reaches to the top and has an arrow") {
  std::vector<Entry> entries{entry("a", "b", night_utc(0, 0), 7s, Judgement::fail)};
  entries[0].stored->slos.front().time->upper.reset();
  const std::string svg = chart_of(series_with(entries)).str();
  CHECK(count(svg, "class=\"c-fail\"") == 2);
  CHECK(svg.find("at least 7.000 s") != std::string::npos);
}

TEST_CASE("what does not count is hollow, whatever its verdict") {
  std::vector<Entry> entries{entry("a", "b", night_utc(0, 0), 1s)};
  entries[0].stored->validity = Judgement::inconclusive;
  Series series = series_with(entries);
  series.points[0].counts = false;
  const std::string svg = chart_of(series).str();
  CHECK(count(svg, "class=\"c-apart\"") == 1);
  CHECK(count(svg, "class=\"c-pass\"") == 0);
  CHECK(svg.find("does not count: the instrument was disturbed") != std::string::npos);
}

TEST_CASE("a budget that changed is a step, and none is a gap") {
  const std::vector<Entry> entries{entry("a", "b", night_utc(0, 0), 1s), entry("a", "b", night_utc(1, 0), 1s),
                                   entry("a", "b", night_utc(2, 0), 1s), entry("a", "b", night_utc(3, 0), 1s)};
  Series series = series_with(entries);
  series.points[1].budget = 4;
  series.points[2].budget.reset();
  const std::string svg = chart_of(series).str();
  CHECK(svg.find("d=\"M264.0 18.8H286.0M286.0 34.6H308.0M330.0 18.8H352.0\"") != std::string::npos);
}
