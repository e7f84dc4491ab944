#include "fault/agents.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "fault/bench.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

TEST_CASE("the agent is put into a node once, and one channel serves all requests") {
  FaultBench bench;
  const Node& node = bench.topology.nodes.front();
  REQUIRE(bench.agents.install(node, Interrupt::never()).ok());
  REQUIRE(bench.agents.install(node, Interrupt::never()).ok());
  REQUIRE(bench.agents.ask(node, {{"verb", "status"}}, 0s, Interrupt::never()).ok());
  const auto copies = std::count_if(bench.runner.asked.begin(), bench.runner.asked.end(),
                                    [](const std::string& line) { return line.starts_with("docker cp"); });
  CHECK(copies == 1);
  CHECK(bench.agent.started == 1);
  CHECK(bench.agent.requests.back() == Json({{"verb", "status"}}));
}

TEST_CASE("a node without the agent is said, and not asked") {
  FaultBench bench;
  const auto said = bench.agents.ask(bench.topology.nodes.front(), {{"verb", "status"}}, 0s, Interrupt::never());
  REQUIRE_FALSE(said.ok());
  CHECK(said.error().message == "it is not installed");
}

TEST_CASE("a node with another clock or another protocol is refused: no time of it could be compared") {
  FaultBench bench;
  SECTION("clock") {
    bench.agent.on = [](const Json&) { return Json{{"monotonicNs", (MonotonicClock().now() + 1h).ns}}; };
  }
  SECTION("protocol") {
    bench.agent.on = [](const Json&) { return Json{{"protocol", 1}}; };
  }
  CHECK_FALSE(bench.agents.install(bench.topology.nodes.front(), Interrupt::never()).ok());
}

TEST_CASE("a lost channel is opened again and told; only an injection is not repeated") {
  FaultBench bench;
  const Node& node = bench.topology.nodes.front();
  std::vector<AgentNews::Kind> told;
  bench.agents.on_news([&](const AgentNews& news) { told.push_back(news.kind); });
  REQUIRE(bench.agents.install(node, Interrupt::never()).ok());
  bench.agent.alive = false;
  SECTION("a question") {
    CHECK(bench.agents.ask(node, {{"verb", "status"}}, 0s, Interrupt::never()).ok());
    CHECK(bench.agent.started == 2);
    CHECK(told == std::vector{AgentNews::Kind::channel_lost, AgentNews::Kind::channel_reopened});
  }
  SECTION("an injection") {
    CHECK_FALSE(bench.agents.ask(node, {{"verb", "inject"}}, 0s, Interrupt::never()).ok());
    CHECK(told == std::vector{AgentNews::Kind::channel_lost});
    CHECK(bench.agents.ask(node, {{"verb", "status"}}, 0s, Interrupt::never()).ok());
    CHECK(told == std::vector{AgentNews::Kind::channel_lost, AgentNews::Kind::channel_reopened});
  }
  SECTION("a node that does not come back") {
    bench.agent.refuses = true;
    const auto said = bench.agents.ask(node, {{"verb", "status"}}, 0s, Interrupt::never());
    REQUIRE_FALSE(said.ok());
    CHECK(said.error().message == "cannot be started");
  }
}

TEST_CASE("late answers are passed over, news are told, refusals are errors in the agent's words") {
  FaultBench bench;
  const Node& node = bench.topology.nodes.front();
  std::vector<AgentNews> told;
  bench.agents.on_news([&](const AgentNews& news) { told.push_back(news); });
  REQUIRE(bench.agents.install(node, Interrupt::never()).ok());
  bench.agent.news = {R"({"ok":true,"n":1,"late":true})",
                      R"({"event":"healed","id":"f","why":"its time was over","trouble":""})"};
  bench.agent.on = [](const Json&) { return Json{{"mine", true}}; };
  const auto said = bench.agents.ask(node, {{"verb", "status"}}, 0s, Interrupt::never());
  REQUIRE(said.ok());
  CHECK(said->contains("mine"));
  REQUIRE(told.size() == 1);
  CHECK(told[0].kind == AgentNews::Kind::healed);
  CHECK(told[0].id == "f");
  CHECK(told[0].why == "its time was over");
  bench.agent.on = [](const Json&) { return Json{{"ok", false}, {"error", "no such thing"}}; };
  const auto refused = bench.agents.ask(node, {{"verb", "status"}}, 0s, Interrupt::never());
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message == "no such thing");
}

TEST_CASE("what is not JSON is an error, not a crash") {
  FaultBench bench;
  const Node& node = bench.topology.nodes.front();
  REQUIRE(bench.agents.install(node, Interrupt::never()).ok());
  bench.agent.news = {"panic: something"};
  CHECK_FALSE(bench.agents.ask(node, {{"verb", "status"}}, 0s, Interrupt::never()).ok());
}
