// Faults made through the container engine, on one in memory.
#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "fake_containers.hpp"
#include "fault/catalogue.hpp"
#include "fault/host_undo.hpp"
#include "fault/residue.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

const Interrupt& never = Interrupt::never();

struct Bench {
  TemporaryFolder folder;
  FakeContainers engine;
  Agents agents{engine.docker, "/somewhere/hadrill-agent", [](const Node&) -> Result<std::unique_ptr<AgentLine>> {
                  return infrastructure_error("agent", "there is none");
                }};
  HostJournal journal{folder.path / "journal"};
  // Watches, and ends with its input.
  Guard guard{{"/bin/sh", "-c", "echo watching; cat >/dev/null"}, folder.path / "guard.log", journal};
  Topology topology;
  std::unique_ptr<Catalogue> catalogue;

  Bench() {
    engine.add("a", "worker", "10.0.0.2");
    engine.add("b", "worker", "10.0.0.3");
    engine.add("cp", "control-plane", "10.0.0.4");
    engine.add("lb", "external-load-balancer", "10.0.0.5");
    topology = engine.topology();
    catalogue = std::make_unique<Catalogue>(FaultDoors{agents, engine.docker, topology, journal, guard});
  }
  Injection on(const std::string& node, const std::string& id = "f1") const {
    return {id, {TargetRole::apiserver, *topology.find(node), false}, Json::object(), 1min};
  }
  Fault& fault(const std::string& name) const { return *catalogue->find(name); }
};

}  // namespace

TEST_CASE("a node is killed after it is written down how to undo it, and stays down until healed") {
  Bench bench;
  REQUIRE(bench.fault("node.kill").available(bench.on("a"), never).ok());
  CHECK_FALSE(bench.engine.runner.ran("docker kill"));
  const auto proof = bench.fault("node.kill").inject(bench.on("a"), never);
  REQUIRE(proof.ok());
  CHECK(proof->t0_lower <= proof->t0_upper);
  CHECK(proof->evidence["seenBy"] == "docker inspect");
  CHECK_FALSE(bench.engine.containers["a"].running);
  const auto entry = bench.journal.find("f1");
  REQUIRE(entry);
  CHECK(entry->address == "10.0.0.2");
  CHECK(entry->owner == ProcessName::self());
  CHECK(bench.fault("node.kill").prove(bench.on("a"), never).ok());
  CHECK_FALSE(bench.fault("node.kill").prove_healed(bench.on("a"), proof->evidence, never).ok());

  REQUIRE(bench.fault("node.kill").heal(bench.on("a"), never).ok());
  CHECK(bench.engine.containers["a"].running);
  CHECK_FALSE(bench.journal.find("f1"));
  CHECK(bench.fault("node.kill").prove_healed(bench.on("a"), proof->evidence, never).ok());
  const auto again = bench.fault("node.kill").heal(bench.on("a"), never);
  REQUIRE(again.ok());
  CHECK((*again)["alreadyHealed"] == true);
  CHECK_FALSE(bench.fault("node.kill").prove(bench.on("a"), never).ok());
}

TEST_CASE("without a journal nothing is broken") {
  Bench bench;
  REQUIRE(write_file(bench.folder.path / "journal", "a file where the folder should be").ok());
  const auto proof = bench.fault("node.kill").inject(bench.on("a"), never);
  REQUIRE_FALSE(proof.ok());
  CHECK(proof.error().message.find("not done: the journal cannot be written") == 0);
  CHECK_FALSE(bench.engine.runner.ran("docker kill"));
}

TEST_CASE("without a guard nothing is broken") {
  Bench bench;
  Guard broken({"/bin/false"}, bench.folder.path / "guard.log", bench.journal);
  const Catalogue catalogue({bench.agents, bench.engine.docker, bench.topology, bench.journal, broken});
  CHECK_FALSE(catalogue.find("lb.kill")->available(bench.on("lb"), never).ok());
  CHECK_FALSE(catalogue.find("lb.kill")->inject(bench.on("lb"), never).ok());
  CHECK_FALSE(bench.engine.runner.ran("docker kill"));
}

TEST_CASE("a pause is undone by unpause, a pause of somebody else is no target") {
  Bench bench;
  const auto proof = bench.fault("lb.pause").inject(bench.on("lb"), never);
  REQUIRE(proof.ok());
  CHECK(bench.engine.containers["lb"].paused);
  CHECK(bench.fault("lb.pause").prove(bench.on("lb"), never).ok());
  const Status second = bench.fault("lb.kill").available(bench.on("lb", "f2"), never);
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().message == "lb: its container is paused");
  REQUIRE(bench.fault("lb.pause").heal(bench.on("lb"), never).ok());
  CHECK_FALSE(bench.engine.containers["lb"].paused);
  CHECK(bench.engine.containers["lb"].starts == 1);
}

TEST_CASE("a reboot brings the node back by itself") {
  Bench bench;
  const auto proof = bench.fault("node.reboot").inject(bench.on("cp"), never);
  REQUIRE(proof.ok());
  CHECK(bench.engine.containers["cp"].running);
  CHECK(bench.engine.containers["cp"].starts == 2);
  CHECK(bench.fault("node.reboot").prove(bench.on("cp"), never).ok());
  REQUIRE(bench.fault("node.reboot").heal(bench.on("cp"), never).ok());
  CHECK(bench.journal.read().empty());
}

TEST_CASE("an injection that fails leaves nothing broken") {
  Bench bench;
  bench.engine.runner.forget();
  // It works, and says that it failed; at that moment the way back is on disk.
  bench.engine.runner.on("docker kill", [&](const Command&) {
    bench.engine.containers["a"].running = false;
    CHECK(bench.journal.find("f1"));
    return Result<Completed>(Completed{1, "", "connection lost", {}});
  });
  bench.engine.answer_all();
  const auto proof = bench.fault("node.kill").inject(bench.on("a"), never);
  REQUIRE_FALSE(proof.ok());
  CHECK(bench.engine.containers["a"].running);
  CHECK(bench.journal.read().empty());
}

TEST_CASE("a node that returns with another address is said so") {
  Bench bench;
  REQUIRE(bench.fault("node.kill").inject(bench.on("b"), never).ok());
  // Somebody outside took the node's address meanwhile.
  bench.engine.add("stranger", "worker", "10.0.0.3");
  const auto healed = bench.fault("node.kill").heal(bench.on("b"), never);
  REQUIRE_FALSE(healed.ok());
  CHECK(healed.error().kind == ErrorKind::infrastructure);
  CHECK(healed.error().message.find("it returned with another address: 10.0.0.6 instead of 10.0.0.3") == 0);
  CHECK(bench.journal.find("f1"));
}

TEST_CASE("several killed nodes get their own addresses back, in whatever order they are healed") {
  Bench bench;
  REQUIRE(bench.fault("node.kill").inject(bench.on("a", "fa"), never).ok());
  REQUIRE(bench.fault("node.kill").inject(bench.on("b", "fb"), never).ok());
  SECTION("one by one, the higher address first: it is told its own") {
    REQUIRE(bench.fault("node.kill").heal(bench.on("b", "fb"), never).ok());
    CHECK(bench.engine.runner.ran("docker network connect --ip 10.0.0.3 kind id-b"));
    REQUIRE(bench.fault("node.kill").heal(bench.on("a", "fa"), never).ok());
  }
  SECTION("all at once: in the order of their addresses") {
    for (const HostOutcome& outcome : heal_on_host(bench.engine.docker, bench.journal, bench.journal.read(), never))
      CHECK(outcome.trouble.empty());
    CHECK_FALSE(bench.engine.runner.ran("docker network connect"));
  }
  CHECK(bench.engine.containers["a"].address == "10.0.0.2");
  CHECK(bench.engine.containers["b"].address == "10.0.0.3");
  CHECK(bench.journal.read().empty());
}

TEST_CASE("a kill that was under way when its owner died is undone as well") {
  Bench bench;
  const HostEntry entry{"f1", "node.kill", "id-a", "a", "kind", "10.0.0.2", "1", {}, ProcessName{1, 1}};
  REQUIRE(bench.journal.write(entry).ok());
  // The container runs, and is killed after it was looked at twice.
  int looks = 0;
  bench.engine.runner.forget();
  bench.engine.runner.on("docker container inspect", [&](const Command& command) {
    if (++looks == 3) bench.engine.containers["a"].running = false;
    return bench.engine.answer(command);
  });
  bench.engine.answer_all();
  const auto outcomes = heal_on_host(bench.engine.docker, bench.journal, {entry}, never);
  REQUIRE(outcomes.size() == 1);
  CHECK(outcomes[0].trouble.empty());
  CHECK(bench.engine.containers["a"].running);
  CHECK(bench.engine.containers["a"].starts == 2);
}

TEST_CASE("the balancer's faults are not for nodes, nor the nodes' for it") {
  Bench bench;
  CHECK(bench.fault("lb.kill").available(bench.on("a"), never).error().kind == ErrorKind::usage);
  CHECK(bench.fault("node.kill").available(bench.on("lb"), never).error().kind == ErrorKind::usage);
}

TEST_CASE("a removed container has nothing left to undo") {
  Bench bench;
  REQUIRE(bench.fault("node.kill").inject(bench.on("b"), never).ok());
  bench.engine.containers.erase("b");
  for (const HostOutcome& outcome : heal_on_host(bench.engine.docker, bench.journal, bench.journal.read(), never))
    CHECK(outcome.trouble.empty());
  CHECK(bench.journal.read().empty());
}

TEST_CASE("what is left is found: journal entries, containers, what cannot be asked") {
  Bench bench;
  REQUIRE(bench.fault("node.kill").inject(bench.on("a"), never).ok());
  bench.engine.containers["b"].paused = true;
  bench.engine.containers["cp"].address = "10.0.0.9";
  const auto left = residue(bench.engine.docker, bench.journal, bench.agents, bench.topology, never);
  const auto found = [&](const Residue& one) { return std::find(left.begin(), left.end(), one) != left.end(); };
  CHECK(found({"this machine", "fault f1 (node.kill on a) is in the journal"}));
  CHECK(found({"a", "its container does not run"}));
  CHECK(found({"b", "its container is paused"}));
  CHECK(found({"cp", "it has another address: 10.0.0.9 instead of 10.0.0.4"}));
  // There is no agent in these nodes, and none can be put there.
  CHECK(std::any_of(left.begin(), left.end(), [](const Residue& one) {
    return one.where == "cp" && one.what.starts_with("its agent cannot be asked");
  }));
}

TEST_CASE("a control plane takes all that runs on it from quorum, others what they are") {
  const Bench bench;
  const auto control_plane = bench.fault("node.kill").takes(bench.on("cp").target, Json::object());
  for (const TargetRole role : {TargetRole::etcd, TargetRole::apiserver, TargetRole::control_plane})
    CHECK(std::find(control_plane.begin(), control_plane.end(), role) != control_plane.end());
  CHECK(bench.fault("lb.kill").takes(bench.on("lb").target, Json::object()) ==
        std::vector<TargetRole>{TargetRole::load_balancer});
}
