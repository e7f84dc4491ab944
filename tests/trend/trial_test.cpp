#include "trend/trial.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "trials.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace hadrill::trend;

namespace {

Json sample(const char* name) {
  const std::filesystem::path path = std::filesystem::path(HADRILL_SOURCE_DIR) / "reports/sample" / name;
  return *parse_json(*read_file(path), name);
}

}  // namespace

TEST_CASE("a stored run of a real cluster is read as what it says") {
  const auto read = read_trial("runs/x", sample("verdict.json"), sample("environment.json"));
  REQUIRE(read.ok());
  CHECK(read->directory == "runs/x");
  CHECK(read->scenario == "apiserver-kill");
  CHECK(read->topology == "stacked");
  CHECK(read->started_utc == "2026-11-27T09:54:17.591Z");
  CHECK(read->judgement == Judgement::pass);
  CHECK(read->seed == 500);
  CHECK(read->kubernetes == "v1.37.2");
  REQUIRE(read->machine);
  CHECK(read->machine->cpus == 2);
  CHECK(read->machine->load_balancer == "haproxy stand-in");
  CHECK_FALSE(read->periods.empty());
  CHECK(read->findings.size() > read->slos.size());
  CHECK(read->expected == Expectation{});
  CHECK(as_expected(*read));
  REQUIRE(read->slos.size() == 5);
  CHECK(read->slos[0].id == "api.read.new.longest_outage");
  CHECK(read->slos[0].time == Bounds{Duration(131862790), Duration(383973672)});
  CHECK(read->slos[0].time_budget == 5s);
  CHECK(read->slos[3].share->lower > 0.9);
  CHECK(read->slos[3].share_budget == 0.8);
  const auto t3 = [](const Measure& phase) { return phase.id == "T3 failover, api.read.new"; };
  CHECK(std::count_if(read->phases.begin(), read->phases.end(), t3) == 1);
  CHECK_FALSE(why_not_counted(*read));
}

TEST_CASE("a run without an environment has numbers, and an unknown machine") {
  const auto read = read_trial("x", sample("verdict.json"), Json());
  REQUIRE(read.ok());
  CHECK_FALSE(read->machine);
  CHECK(read->kubernetes.empty());
  CHECK(read->slos.size() == 5);
}

TEST_CASE("what is no verdict is refused") {
  CHECK_FALSE(read_trial("x", Json(), Json()).ok());
  CHECK_FALSE(read_trial("x", Json::array({1}), Json()).ok());
  Json wrong = sample("verdict.json");
  wrong["version"] = "hadrill/verdict/v9";
  CHECK_FALSE(read_trial("x", wrong, Json()).ok());
  wrong = sample("verdict.json");
  wrong["verdict"] = "fine";
  CHECK_FALSE(read_trial("x", wrong, Json()).ok());
  wrong = sample("verdict.json");
  wrong["findings"][0]["verdict"] = "fine";
  CHECK_FALSE(read_trial("x", wrong, Json()).ok());
}

TEST_CASE("an SLI that was not seen to end has no upper bound, and what was not owed is not told") {
  Json verdict = sample("verdict.json");
  verdict["findings"][0]["measured"]["upperNs"] = nullptr;
  verdict["findings"][1]["verdict"] = "not owed";
  const auto read = read_trial("x", verdict, Json());
  REQUIRE(read.ok());
  CHECK_FALSE(read->slos[0].time->upper);
  CHECK(read->slos.size() == 4);
}

TEST_CASE("trials of error, aborted ones and those with a disturbed instrument do not count") {
  StoredTrial one = trial(1, 1s, 2s);
  for (const Judgement counts : {Judgement::pass, Judgement::fail, Judgement::inconclusive}) {
    one.judgement = counts;
    CHECK_FALSE(why_not_counted(one));
  }
  one.judgement = Judgement::error;
  CHECK(why_not_counted(one) == "its verdict is error");
  one.judgement = Judgement::aborted;
  CHECK(why_not_counted(one) == "it was aborted");
  one.judgement = Judgement::inconclusive;
  one.validity = Judgement::inconclusive;
  CHECK(why_not_counted(one)->find("disturbed") != std::string::npos);
}

TEST_CASE("a date is seconds since the epoch, or nothing") {
  CHECK(epoch_seconds("1970-01-01T00:00:00.000Z") == 0);
  CHECK(epoch_seconds("2026-11-27T09:54:17.591Z") == 1795773257);
  CHECK_FALSE(epoch_seconds(""));
  CHECK_FALSE(epoch_seconds("yesterday"));
  CHECK_FALSE(epoch_seconds("2026-02-30T00:00:00Z"));
}
