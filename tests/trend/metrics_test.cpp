#include "trend/metrics.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "trials.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace hadrill::trend;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Two scenarios, several trials, everything that can be odd.
std::vector<StoredTrial> odd_trials() {
  std::vector<StoredTrial> out = trials(3, 1s, 250ms, "runs");
  out[2].judgement = Judgement::fail;
  out[2].cleanup_incomplete = true;
  out[2].slos.front().time->upper.reset();
  out[2].slos.front().time_least = 2s;
  out[2].slos.push_back(out[2].slos.front());
  StoredTrial other = shares(1, 0.95, 0.96, "share").front();
  other.scenario = "say \"it\\\n";
  out.push_back(other);
  return out;
}

/// Trials without a verdict: newer than the newest with one, of another scenario, of unknown topology and time.
std::vector<Attempt> odd_attempts() {
  return {{"apiserver-kill", "stacked", "2027-02-01T03:00:00.000Z"},
          {"died \"\\", "nginx", "2027-02-01T04:00:00.000Z"},
          {"lost", "", ""}};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// What every reader of either format insists on: HELP, TYPE and samples of one metric together, each sample once.
void check_format(const std::string& text, const std::set<std::string>& types) {
  // Source: Prometheus, exposition formats: name, labels with escaped values, value.
  const std::regex sample(R"re(([a-z_]+)\{(?:[a-z_]+="(?:[^"\\]|\\[\\n"])*",?)*\} (?:[0-9.]+|\+Inf))re");
  std::set<std::string> seen;
  std::set<std::string> families;
  std::string family;
  for (const std::string& line : lines_of(text)) {
    INFO(line);
    std::smatch parts;
    if (line == "# EOF") continue;
    if (line.starts_with("# HELP ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      CHECK(families.insert(family).second);
    } else if (line.starts_with("# TYPE ")) {
      CHECK(line.substr(7, family.size() + 1) == family + " ");
      CHECK(types.contains(line.substr(8 + family.size())));
    } else if (line.starts_with("# UNIT ")) {
      CHECK(family.ends_with("_" + line.substr(8 + family.size())));
    } else {
      REQUIRE(std::regex_match(line, parts, sample));
      CHECK((parts[1] == family || parts[1] == family + "_info"));
      CHECK(seen.insert(line.substr(0, line.rfind(' '))).second);
    }
  }
  CHECK(text.ends_with("\n"));
}

}  // namespace

TEST_CASE("a textfile collector gets types that it knows, and no more") {
  // prometheus/common's parser of the text format knows no info, stateset or unit, and refuses the file.
  const std::string text = metrics_text(odd_trials(), odd_attempts(), MetricsFormat::prometheus);
  check_format(text, {"gauge"});
  CHECK_FALSE(has(text, "# EOF"));
  CHECK_FALSE(has(text, "# UNIT"));
}

TEST_CASE("OpenMetrics has its types, its units and its end") {
  const std::string text = metrics_text(odd_trials(), odd_attempts(), MetricsFormat::openmetrics);
  check_format(text, {"gauge", "info", "stateset"});
  CHECK(text.ends_with("# EOF\n"));
  CHECK(has(text, "# TYPE hadrill_trial info\n"));
  CHECK(has(text, "# TYPE hadrill_verdict stateset\n"));
  CHECK(has(text, "# UNIT hadrill_slo_seconds seconds\n"));
  CHECK(metrics_text({}, {}, MetricsFormat::openmetrics) == "# EOF\n");
  CHECK(metrics_text({}, {}, MetricsFormat::prometheus).empty());
}

TEST_CASE("a control that has to fail is told apart: its fail is no alert, its pass is one") {
  std::vector<StoredTrial> both{trial(1, 1s, 1s, "runs"), trial(2, 1s, 1s, "runs")};
  both[1].scenario = "known-bad";
  both[1].judgement = Judgement::fail;
  both[1].expected = {true, {kSli}, {}};
  both[1].findings = {make_finding(kSli, Judgement::fail, ""), make_finding("counters", Judgement::pass, "")};
  std::string text = metrics_text(both, {}, MetricsFormat::prometheus);
  CHECK(has(text, "hadrill_known_bad_control{scenario=\"known-bad\",topology=\"stacked\"} 1\n"));
  CHECK(has(text, "hadrill_known_bad_control{scenario=\"apiserver-kill\",topology=\"stacked\"} 0\n"));
  CHECK(has(text, "hadrill_as_expected{scenario=\"known-bad\",topology=\"stacked\"} 1\n"));
  CHECK(has(text, "hadrill_as_expected{scenario=\"apiserver-kill\",topology=\"stacked\"} 1\n"));
  // Of the same verdict, by something else.
  std::swap(both[1].findings[0].judgement, both[1].findings[1].judgement);
  both[0].judgement = Judgement::inconclusive;
  text = metrics_text(both, {}, MetricsFormat::prometheus);
  CHECK(has(text, "hadrill_as_expected{scenario=\"known-bad\",topology=\"stacked\"} 0\n"));
  CHECK(has(text, "hadrill_as_expected{scenario=\"apiserver-kill\",topology=\"stacked\"} 0\n"));
}

TEST_CASE("the newest trial is told, with both ends of what it measured") {
  const std::string text = metrics_text(odd_trials(), {}, MetricsFormat::prometheus);
  const std::string labels = R"(scenario="apiserver-kill",topology="stacked")";
  const std::string sli = labels + R"(,sli="api.longest_outage")";
  CHECK(has(text, "hadrill_slo_seconds{" + sli + ",end=\"lower\"} 1.02\n"));
  CHECK(has(text, "hadrill_slo_seconds{" + sli + ",end=\"upper\"} +Inf\n"));
  CHECK(has(text, "hadrill_slo_budget_seconds{" + sli + ",end=\"lower\"} 2\n"));
  CHECK(has(text, "hadrill_slo_budget_seconds{" + sli + ",end=\"upper\"} 5\n"));
  CHECK(has(text, "hadrill_verdict{" + labels + ",hadrill_verdict=\"fail\"} 1\n"));
  CHECK(has(text, "hadrill_verdict{" + labels + ",hadrill_verdict=\"pass\"} 0\n"));
  CHECK(has(text, "hadrill_cleanup_incomplete{" + labels + "} 1\n"));
  CHECK(has(text, "hadrill_trials{" + labels + ",verdict=\"pass\"} 2\n"));
  CHECK(has(text, "hadrill_last_run_timestamp_seconds{" + labels + "} 1799722800\n"));
  CHECK(has(text, "hadrill_trial_info{" + labels + ",hadrill=\"0.1.0\",kubernetes=\"v1.37.2\",seed=\"2\"} 1\n"));
  CHECK(has(text, R"(hadrill_slo_availability_ratio{scenario="say \"it\\\n",topology="stacked",sli="api.availability",)"
                  R"(end="lower"} 0.95)"));
  CHECK(has(text, R"(sli="api.availability"} 0.9)"));
}

TEST_CASE("metrics do not depend on the order in which trials are found") {
  std::vector<StoredTrial> turned = odd_trials();
  std::reverse(turned.begin(), turned.end());
  for (const MetricsFormat format : {MetricsFormat::prometheus, MetricsFormat::openmetrics})
    CHECK(metrics_text(turned, {}, format) == metrics_text(odd_trials(), {}, format));
}

TEST_CASE("a night without a verdict does not look like the night before") {
  std::vector<StoredTrial> passed = trials(3, 1s, 250ms, "runs");
  const std::string labels = R"(scenario="apiserver-kill",topology="stacked")";
  const auto told = [&](const std::string& started) {
    return metrics_text(passed, {{"apiserver-kill", "stacked", started}}, MetricsFormat::prometheus);
  };
  const std::string text = told("2027-01-13T03:00:00.000Z");
  CHECK(has(text, "hadrill_verdict{" + labels + ",hadrill_verdict=\"none\"} 1\n"));
  CHECK(has(text, "hadrill_verdict{" + labels + ",hadrill_verdict=\"pass\"} 0\n"));
  CHECK(has(text, "hadrill_trials{" + labels + ",verdict=\"none\"} 1\n"));
  CHECK(has(text, "hadrill_last_attempt_timestamp_seconds{" + labels + "} 1799809200\n"));
  // What was measured last, and when, stays.
  CHECK(has(text, "hadrill_last_run_timestamp_seconds{" + labels + "} 1799722800\n"));
  CHECK(has(text, "hadrill_slo_seconds{" + labels));
  // Of an unknown time it may be the newest; begun at the same time as well.
  CHECK(has(told(""), "hadrill_verdict=\"none\"} 1\n"));
  CHECK(has(told("2027-01-12T03:00:00.000Z"), "hadrill_verdict=\"none\"} 1\n"));
  // One that a verdict came after is counted and no more.
  const std::string older = told("2027-01-11T12:00:00.000Z");
  CHECK(has(older, "hadrill_verdict{" + labels + ",hadrill_verdict=\"pass\"} 1\n"));
  CHECK(has(older, "hadrill_verdict{" + labels + ",hadrill_verdict=\"none\"} 0\n"));
  CHECK(has(older, "hadrill_trials{" + labels + ",verdict=\"none\"} 1\n"));
}

TEST_CASE("a scenario that never got a verdict has just that to tell") {
  const std::string text = metrics_text({}, {{"a", "stacked", "2027-01-13T03:00:00.000Z"}}, MetricsFormat::prometheus);
  check_format(text, {"gauge"});
  CHECK(has(text, R"(hadrill_verdict{scenario="a",topology="stacked",hadrill_verdict="none"} 1)"));
  CHECK_FALSE(has(text, "hadrill_last_run_timestamp_seconds"));
  CHECK_FALSE(has(text, "hadrill_cleanup_incomplete"));
}

TEST_CASE("an attempt on nobody knows which topology is news until a later trial of its scenario has a verdict") {
  const std::vector<StoredTrial> passed = trials(3, 1s, 250ms, "runs");
  const auto told = [&](const std::string& started) {
    return metrics_text(passed, {{"apiserver-kill", "", started}}, MetricsFormat::prometheus);
  };
  CHECK(has(told("2027-01-13T03:00:00.000Z"), R"(topology="",hadrill_verdict="none"} 1)"));
  CHECK_FALSE(has(told("2027-01-11T12:00:00.000Z"), R"(topology="")"));
}
