#include "fault/heal.hpp"

#include <catch2/catch.hpp>

#include "fake_containers.hpp"
#include "fake_kube.hpp"
#include "support/fake_agent.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

/// Two nodes; the agent of the first heals only after that of the second has.
struct HealBench {
  FakeContainers engine;
  FakeAgent agent;
  Agents agents{engine.docker, "/somewhere/hadrill-agent", agent.door()};
  HostJournal journal{"/nowhere"};
  bool second_healed = false;
  bool second_fails = false;

  HealBench() {
    engine.add("a", "control-plane", "10.0.0.1");
    engine.add("b", "control-plane", "10.0.0.2");
    agent.on = [this](const Json& request) {
      if (request["verb"] != "heal") return Json::object();
      if (agent.nodes.back() == "b") second_healed = !second_fails;
      if (!second_healed) return Json{{"ok", false}, {"error", "no quorum"}};
      return Json{{"healed", {"f-" + agent.nodes.back()}}};
    };
  }
  HealReport heal() { return *heal_cluster(engine.docker, journal, agents, "c", Interrupt::never()); }
};

}  // namespace

TEST_CASE("a node that waits for another is asked once more") {
  HealBench bench;
  const HealReport report = bench.heal();
  CHECK(report.healed == std::vector<std::string>{"b: fault f-b", "a: fault f-a"});
  CHECK(report.left.empty());
}

TEST_CASE("what cannot be healed the second time either is left, and told once") {
  HealBench bench;
  bench.second_fails = true;
  const HealReport report = bench.heal();
  CHECK(report.healed.empty());
  REQUIRE(report.left.size() == 2);
  CHECK(report.left[0].where == "a");
  CHECK(report.left[0].what.find("no quorum") != std::string::npos);
}

TEST_CASE("nodes take pods again at the end, those that nobody wrote down as well") {
  HealBench bench;
  const TemporaryFolder folder;
  bench.journal = HostJournal(folder.path / "journal");
  FakeKube kube(bench.engine);
  kube.cordoned = {"a", "b"};
  HostEntry entry{"f1", "node.drain", "id-a", "a", {}, {}, {}, {}, ProcessName{1, 1}};
  entry.undo = HostUndo::uncordon;
  entry.control_planes = {"a", "b"};
  REQUIRE(bench.journal.write(entry).ok());
  SECTION("the API answers") {
    // The drained node is down as well: it is started first, and what the drain left is not forgotten for that.
    bench.engine.containers["a"].running = false;
    const HealReport report = bench.heal();
    CHECK(report.healed == std::vector<std::string>{"a: it was down or paused, and runs", "b: fault f-b",
                                                    "a: fault f-a", "a: fault f1 (node.drain), it is schedulable",
                                                    "b: it was cordoned, and is schedulable"});
    CHECK(report.left.empty());
    CHECK(kube.cordoned.empty());
    CHECK(bench.journal.read().empty());
  }
  SECTION("no API answers: it is left, and stays written down") {
    kube.silent = {"a", "b"};
    const HealReport report = bench.heal();
    REQUIRE(report.left.size() == 2);
    CHECK(report.left[0].where == "a");
    CHECK(report.left[0].what.find("connection refused") != std::string::npos);
    CHECK(report.left[1] == Residue{"this machine", "fault f1 (node.drain on a) is in the journal"});
    CHECK(bench.journal.find("f1"));
  }
}
