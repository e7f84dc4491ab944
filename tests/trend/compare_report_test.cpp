#include "trend/compare_report.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "report/columns.hpp"
#include "support/schema_file.hpp"
#include "trials.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace hadrill::trend;

namespace {

/// Everything a comparison can have: a change, too few trials, an open end, an availability, how often, warnings.
Comparison everything() {
  std::vector<StoredTrial> base = trials(6, 1s, 100ms, "base");
  std::vector<StoredTrial> next = trials(6, 3s, 100ms, "new");
  for (auto* side : {&base, &next}) {
    for (StoredTrial& one : shares(3, 0.95, 0.96, "share")) {
      one.scenario = "lb-kill";
      one.directory += side == &base ? "-base" : "-new";
      side->push_back(std::move(one));
    }
  }
  for (auto* side : {&base, &next}) {
    for (int i = 0; i < 20; ++i) {
      const Duration outage = side == &next && i >= 12 ? 8s : 0s;
      StoredTrial one = trial(i, outage, outage, side == &base ? "often-base" : "often-new");
      one.scenario = "node-kill";
      side->push_back(std::move(one));
    }
  }
  next[1].slos.front().time->upper.reset();
  next[2].judgement = Judgement::error;
  next[3].machine->cpus = 4;
  next[4].kubernetes = "v1.38.0";
  StoredTrial alone = trial(1, 1s, 1s);
  alone.scenario = "alone|\n" + std::string(120, 'x');
  base.push_back(alone);
  CompareOptions options;
  options.force = true;
  return compare(base, next, options);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a comparison says n, median, max, shift, p and effect, and what to make of it") {
  const std::string text = compare_text(compare(trials(6, 1s, 100ms, "base"), trials(6, 3s, 100ms, "new"), {}));
  CHECK(has(text, "1 SLIs compared: 1 worse, 0 better, 0 without a change shown, 0 with too few trials"));
  CHECK(has(text, "apiserver-kill on stacked"));
  CHECK(has(text, "slower          api.longest_outage"));
  CHECK(has(text, "base   n 6, median 1.025 s to 1.125 s [95 %: 1.000 s to 1.150 s], max (above p50) 1.050 s to"));
  CHECK(has(text, "shift  +1.900 s to +2.100 s [95 %: "));
  CHECK(has(text, "p 0.002, adjusted 0.002; effect +1.00 to +1.00; relevant from 1.000 s"));
}

TEST_CASE("numbers are rounded outwards, and what is not bounded is not given a number") {
  const std::vector<StoredTrial> base{trial(1, Duration(131'862'790), Duration(383'973'672), "base")};
  std::vector<StoredTrial> next{trial(1, Duration(131'862'790), std::nullopt, "new")};
  const std::string text = compare_text(compare(base, next, {}));
  CHECK(has(text, "base   n 1, median 0.131 s to 0.384 s"));
  CHECK(has(text, "new    n 1, median at least 0.131 s"));
  CHECK(has(text, "shift  at least -0.253 s"));
  CHECK(has(compare_text(compare(next, next, {})), "shift  not known"));
}

TEST_CASE("a quantile that so few trials cannot know is never named") {
  for (const int n : {1, 4, 5, 28}) {
    const Comparison comparison = compare(trials(n, 1s, 0s, "base"), trials(n, 3s, 0s, "new"), {});
    for (const std::string& text :
         {compare_text(comparison), compare_markdown(comparison), compare_json(comparison).dump()}) {
      CHECK_FALSE(has(text, "p95"));
      CHECK_FALSE(has(text, "p90"));
      CHECK_FALSE(has(text, "p99"));
      CHECK_FALSE(has(text, "0.95"));
    }
  }
  CHECK_FALSE(has(compare_text(compare(trials(4, 1s, 0s, "base"), trials(4, 3s, 0s, "new"), {})), "above p"));
  CHECK(has(compare_text(compare(trials(59, 1s, 0s, "base"), trials(59, 3s, 0s, "new"), {})), "above p95"));
}

TEST_CASE("too few trials are said to be too few, with how many are needed") {
  const std::string text = compare_text(compare(trials(3, 1s, 0s, "base"), trials(3, 9s, 0s, "new"), {}));
  CHECK(has(text, "too few trials  api.longest_outage"));
  CHECK(has(text, "3 against 3 trials cannot show a change at 1 %: p is never below 0.100"));
  CHECK(has(text, "At 1 % a change needs at least 5 against 5 trials."));
}

TEST_CASE("how often there was an outage is told where most trials had none") {
  const std::string text = compare_text(everything());
  CHECK(has(text, "more often      api.longest_outage"));
  CHECK(has(text, "often  above 1 s: base 0 of 20, new 8 of 20; p 0.003, adjusted 0.00"));
  CHECK(has(text, "Fisher's exact test"));
  const Comparison comparison = everything();
  CHECK(change_text(comparison.rows.at(2)) == "more often above 1 s: base 0 of 20, new 8 of 20");
  CHECK(change_text(comparison.rows.at(0)).starts_with("slower by +1.9"));
  CHECK_FALSE(has(compare_text(compare(trials(6, 1s, 0s, "base"), trials(6, 3s, 0s, "new"), {})), "above 1 s"));
}

TEST_CASE("whatever is left out or differs is told") {
  const std::string text = compare_text(everything());
  CHECK(has(text, "! NOT COMPARABLE: apiserver-kill on stacked: CPUs: base 2, new 2 and 4"));
  CHECK(has(text, "! differs: Kubernetes: base v1.37.2, new v1.37.2 and v1.38.0"));
  CHECK(has(text, "! left out: new/apiserver-kill/2: its verdict is error"));
  CHECK(has(text, "at least 3.050 s"));
  CHECK(has(text, "the share of time that was down"));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) CHECK(width_of(line) <= kColumns);
}

TEST_CASE("what is refused is named with the reason, everything that has the same one in one line") {
  std::vector<StoredTrial> base = trials(6, 1s, 100ms, "base");
  std::vector<StoredTrial> next = trials(6, 3s, 100ms, "new");
  for (auto* side : {&base, &next}) {
    for (StoredTrial one : trials(6, 1s, 100ms, side == &base ? "base" : "new")) {
      for (const char* other : {"lb-kill", "node-kill"}) {
        one.scenario = other;
        one.machine->cpus = side == &base ? 2 : 4;
        side->push_back(one);
      }
    }
  }
  const Comparison part = compare(base, next, {});
  CHECK(
      has(compare_text(part), "1 SLIs compared: 1 worse, 0 better, 0 without a change shown, 0 with too few trials;"));
  CHECK(has(compare_text(part),
            "! NOT COMPARABLE, refused: lb-kill on stacked, node-kill on stacked: CPUs: base 2, new 4\n"));
  CHECK_FALSE(has(compare_text(part), "nobody knows"));
  CHECK(compare_json(part).at("notComparable").at(1) == "node-kill on stacked: CPUs: base 2, new 4");
  base.erase(base.begin(), base.begin() + 6);
  const Comparison all = compare(base, next, {});
  for (const std::string& text : {compare_text(all), compare_markdown(all)}) {
    CHECK(has(text, "whether anything changed, nobody knows"));
    CHECK_FALSE(has(text, "adjusted"));  // no table without rows
  }
}

TEST_CASE("the Markdown's table keeps its columns whatever is in it") {
  std::istringstream lines(compare_markdown(everything()));
  int rows = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("|")) continue;
    ++rows;
    CHECK(std::count(line.begin(), line.end(), '|') == 14);
  }
  CHECK(rows == 5);
  CHECK(has(compare_markdown(everything()), "**slower**"));
  CHECK(
      has(compare_markdown(everything()), "| above 1 s: base 0 of 20, new 8 of 20, **more often** | **more often** |"));
}

TEST_CASE("a comparison obeys compare.schema.json") {
  const SchemaFile schema("compare.schema.json");
  const Json report = compare_json(everything());
  CHECK(schema.complaint(report) == "");
  CHECK(schema.complaint(compare_json(compare({}, {}, {}))) == "");
  REQUIRE(report.at("rows").size() == 3);
  const Json& often = report.at("rows").at(2).at("exceedances").at(0);
  CHECK(often.at("new") == Json({{"n", 20}, {"proven", 8}, {"possible", 8}}));
  CHECK(often.at("verdict") == "more often");
  Json wrong = report;
  wrong["rows"][0]["verdict"] = "fine";
  CHECK(schema.complaint(wrong) != "");
  for (const auto& [key, value] : report.items()) {
    Json without = report;
    without.erase(key);
    INFO("without " << key);
    CHECK(schema.complaint(without) != "");
  }
}
