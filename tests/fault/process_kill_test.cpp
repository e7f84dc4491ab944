#include "fault/process_kill.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "fault/catalogue.hpp"
#include "support/fake_runner.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

/// A node whose agent answers as told. Every request reaches it through `docker exec`.
struct Bench {
  FakeRunner runner;
  Docker docker{runner};
  Agents agents{docker, "/somewhere/hadrill-agent"};
  ProcessKill fault{agents};
  ResolvedTarget target{TargetRole::apiserver, {"cp1", NodeRole::control_plane, "id1", "10.0.0.1", 6443}, false};
  std::vector<Json> requests;
  Json processes = Json::array({{{"pid", 42}, {"startTicks", 1000}}});
  Json kill_answer = {{"ok", true}, {"pid", 42}, {"startTicks", 1000}, {"beforeNs", 5000}, {"afterNs", 6000}};
  Duration clock_error{};

  Bench() {
    runner.on("docker cp", "");
    runner.on("docker exec", [this](const Command& command) { return Result<Completed>(answer(command)); });
  }

  Completed answer(const Command& command) {
    const Json request = Json::parse(command.input);
    requests.push_back(request);
    const std::string verb = request["verb"];
    Json said;
    if (verb == "hello")
      said = {{"ok", true}, {"protocol", 1}, {"monotonicNs", (MonotonicClock().now() + clock_error).ns}};
    if (verb == "resolve") said = {{"ok", true}, {"processes", processes}};
    if (verb == "kill") said = kill_answer;
    return {0, said.dump() + "\n", "", {}};
  }
};

}  // namespace

TEST_CASE("every fault that scenarios may name is in the catalogue, and no other") {
  FakeRunner runner;
  Docker docker(runner);
  Agents agents(docker, "");
  const Catalogue catalogue(agents);
  for (const std::string& name : fault_names()) {
    INFO(name);
    REQUIRE(catalogue.find(name) != nullptr);
  }
  CHECK(catalogue.find("no.such.fault") == nullptr);
}

TEST_CASE("preparing puts the agent into the node once and finds the process") {
  Bench bench;
  REQUIRE(bench.fault.prepare(bench.target, Interrupt::never()).ok());
  REQUIRE(bench.fault.prepare(bench.target, Interrupt::never()).ok());
  const auto copies = std::count_if(bench.runner.asked.begin(), bench.runner.asked.end(),
                                    [](const std::string& line) { return line.starts_with("docker cp"); });
  CHECK(copies == 1);
  CHECK(bench.requests.back() == Json({{"verb", "resolve"}, {"program", "kube-apiserver"}}));
}

TEST_CASE("an absent process is said before anything is broken") {
  Bench bench;
  bench.processes = Json::array();
  const Status prepared = bench.fault.prepare(bench.target, Interrupt::never());
  REQUIRE_FALSE(prepared.ok());
  CHECK(prepared.error().text() == "process.kill: no process kube-apiserver on cp1");
}

TEST_CASE("a node with another clock is refused: no time of it could be compared") {
  Bench bench;
  bench.clock_error = std::chrono::hours(1);
  const Status prepared = bench.fault.prepare(bench.target, Interrupt::never());
  REQUIRE_FALSE(prepared.ok());
  CHECK(prepared.error().message.find("clock") != std::string::npos);
}

TEST_CASE("an injection carries T0 as an interval and the process it ended") {
  Bench bench;
  const auto proof = bench.fault.inject(bench.target, {{"signal", "TERM"}}, Interrupt::never());
  REQUIRE(proof.ok());
  CHECK(proof->t0_lower.ns == 5000);
  CHECK(proof->t0_upper.ns == 6000);
  CHECK(proof->evidence["pid"] == 42);
  CHECK(bench.requests.back()["signal"] == 15);
}

TEST_CASE("without proof there is no injection") {
  Bench bench;
  SECTION("the agent could not end the process") {
    bench.kill_answer = {{"ok", false}, {"error", "still alive 30000 ms after the signal"}};
  }
  SECTION("the instants are missing") { bench.kill_answer = {{"ok", true}, {"pid", 42}, {"startTicks", 1000}}; }
  SECTION("the instants are the wrong way round") { bench.kill_answer["beforeNs"] = 7000; }
  CHECK_FALSE(bench.fault.inject(bench.target, Json::object(), Interrupt::never()).ok());
}

TEST_CASE("only a process with a later start proves the healing") {
  Bench bench;
  const Json injected = {{"pid", 42}, {"startTicks", 1000}};
  CHECK_FALSE(bench.fault.prove_healed(bench.target, injected, Interrupt::never()).ok());
  bench.processes = Json::array();
  CHECK_FALSE(bench.fault.prove_healed(bench.target, injected, Interrupt::never()).ok());
  // A pid used again with a later start is another process.
  bench.processes = Json::array({{{"pid", 42}, {"startTicks", 1001}}});
  const auto healed = bench.fault.prove_healed(bench.target, injected, Interrupt::never());
  REQUIRE(healed.ok());
  CHECK((*healed)["startTicks"] == 1001);
}

TEST_CASE("the dry run says what is done and what undoes it") {
  const Bench bench;
  CHECK(bench.fault.describe(bench.target, {{"signal", "KILL"}}) ==
        "send SIGKILL to the kube-apiserver process on cp1; undone by the kubelet, which starts it again");
}
