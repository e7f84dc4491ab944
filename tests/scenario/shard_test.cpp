#include "scenario/shard.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

using namespace hadrill;
using namespace std::chrono_literals;

TEST_CASE("a shard is written as one of so many") {
  CHECK(*parse_shard("1/1") == Shard{1, 1});
  CHECK(*parse_shard("2/4") == Shard{2, 4});
  for (const char* wrong : {"", "1", "/", "0/2", "3/2", "1/0", "-1/2", "1/2/3", " 1/2", "1/257", "a/b", "1/ 2"}) {
    INFO(wrong);
    REQUIRE_FALSE(parse_shard(wrong).ok());
    CHECK(parse_shard(wrong).error().kind == ErrorKind::usage);
  }
}

TEST_CASE("the parts of a suite together are the suite, and no run is in two") {
  std::mt19937 random(1);
  for (int round = 0; round < 100; ++round) {
    std::vector<Duration> costs(std::uniform_int_distribution<std::size_t>(0, 40)(random));
    for (Duration& cost : costs) cost = std::chrono::seconds(std::uniform_int_distribution<int>(1, 900)(random));
    const std::size_t count = std::uniform_int_distribution<std::size_t>(1, 8)(random);
    const std::vector<std::size_t> part = deal_out(costs, count);
    // Every run has exactly one part, and that part exists.
    REQUIRE(part.size() == costs.size());
    CHECK(std::all_of(part.begin(), part.end(), [count](std::size_t one) { return one < count; }));
    CHECK(part == deal_out(costs, count));
    std::vector<Duration> loads(count);
    Duration longest{};
    Duration all{};
    for (std::size_t i = 0; i < costs.size(); ++i) {
      loads[part[i]] += costs[i];
      longest = std::max(longest, costs[i]);
      all += costs[i];
    }
    // Nobody waits for one machine much longer than must be.
    const Duration fair = std::max(longest, all / static_cast<int>(count));
    CHECK(*std::max_element(loads.begin(), loads.end()) <= fair * 4 / 3 + longest);
  }
}

TEST_CASE("long runs are dealt out before short ones fill the gaps") {
  CHECK(deal_out({1min, 5min, 1min, 3min}, 2) == std::vector<std::size_t>{1, 0, 1, 1});
  CHECK(deal_out({1min, 1min, 1min}, 2) == std::vector<std::size_t>{0, 1, 0});
  CHECK(deal_out({1min}, 3) == std::vector<std::size_t>{0});
  CHECK(deal_out({}, 3).empty());
}

TEST_CASE("a trial takes its steady state, what it observes, and a minute around it") {
  Scenario scenario;
  scenario.steady_state_hold = 15s;
  scenario.method.emplace_back(InjectStep{});
  ObserveStep plain;
  plain.at_least = 30s;
  scenario.method.emplace_back(plain);
  CHECK(expected_duration(scenario) == 105s);
  ObserveStep recovery;
  recovery.at_least = 20s;
  recovery.until_recovered = true;
  recovery.timeout = 4min;
  scenario.method.emplace_back(recovery);
  CHECK(expected_duration(scenario) == 225s);
}
