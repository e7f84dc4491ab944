#include <catch2/catch.hpp>

#include "fake_kube.hpp"
#include "fault/catalogue.hpp"
#include "fault/node_pods.hpp"
#include "fault/residue.hpp"
#include "plan/guard.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

const Interrupt& never = Interrupt::never();

/// Two control planes and a worker with two pods of users, one of a DaemonSet and a static one.
struct Bench {
  TemporaryFolder folder;
  FakeContainers engine;
  FakeKube kube{engine};
  Agents agents{engine.docker, "/somewhere/hadrill-agent", [](const Node&) -> Result<std::unique_ptr<AgentLine>> {
                  return infrastructure_error("agent", "there is none");
                }};
  HostJournal journal{folder.path / "journal"};
  // Watches, and ends with its input.
  Guard guard{{"/bin/sh", "-c", "echo watching; cat >/dev/null"}, folder.path / "guard.log", journal};
  Topology topology;
  std::unique_ptr<Catalogue> catalogue;

  explicit Bench(const std::string& own_pod_node = "") {
    engine.add("cp1", "control-plane", "10.0.0.2");
    engine.add("cp2", "control-plane", "10.0.0.3");
    engine.add("w", "worker", "10.0.0.4");
    topology = engine.topology();
    kube.add_pod("web-1", "ReplicaSet");
    kube.add_pod("web-2", "ReplicaSet");
    kube.add_pod("kube-proxy", "DaemonSet", "kube-system");
    kube.add_pod("static-w", "Node", "kube-system");
    kube.pods.back()["metadata"]["annotations"]["kubernetes.io/config.mirror"] = "x";
    catalogue = std::make_unique<Catalogue>(FaultDoors{agents, engine.docker, topology, journal, guard, own_pod_node});
  }
  Fault& drain() const { return *catalogue->find("node.drain"); }
  Injection on(const std::string& node, const Json& parameters = {{"timeout", "20s"}}) const {
    return {"f1", {TargetRole::worker, *topology.find(node), false}, parameters, 1min};
  }
};

std::string why_not(const Status& status) {
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().kind == ErrorKind::usage);
  return status.error().message;
}

}  // namespace

TEST_CASE("a node is cordoned and emptied after it is written down how to undo it, and takes pods once healed") {
  Bench bench;
  REQUIRE(bench.drain().available(bench.on("w"), never).ok());
  CHECK(bench.kube.done.empty());
  const auto proof = bench.drain().inject(bench.on("w"), never);
  REQUIRE(proof.ok());
  CHECK(proof->t0_lower <= proof->t0_upper);
  CHECK(bench.kube.done == std::vector<std::string>{"cordon w in cp1", "drain w in cp1"});
  CHECK(bench.engine.runner.ran("hadrill-drain w 20s"));
  CHECK(proof->evidence["unschedulable"] == true);
  CHECK(proof->evidence["podsEvicted"] == 2);
  CHECK(proof->evidence["podsLeft"] == Json{"kube-system/kube-proxy", "kube-system/static-w"});
  const Json& measures = proof->evidence["measures"];
  CHECK(measures[0] == Json{{"what", "pods evicted"}, {"value", 2}, {"unit", "pods"}});
  CHECK(measures[1]["what"] == "time to drain");
  CHECK(measures[1]["lowerNs"] == 30'490'000'000);
  const auto entry = bench.journal.find("f1");
  REQUIRE(entry);
  CHECK(entry->undo == HostUndo::uncordon);
  CHECK(entry->control_planes == std::vector<std::string>{"cp1", "cp2"});
  CHECK(entry->owner == ProcessName::self());
  CHECK(bench.drain().prove(bench.on("w"), never).ok());
  CHECK_FALSE(bench.drain().prove_healed(bench.on("w"), proof->evidence, never).ok());

  REQUIRE(bench.drain().heal(bench.on("w"), never).ok());
  CHECK(bench.kube.cordoned.empty());
  CHECK_FALSE(bench.journal.find("f1"));
  CHECK(bench.drain().prove_healed(bench.on("w"), proof->evidence, never).ok());
  const auto again = bench.drain().heal(bench.on("w"), never);
  REQUIRE(again.ok());
  CHECK((*again)["alreadyHealed"] == true);
  CHECK_FALSE(bench.drain().prove(bench.on("w"), never).ok());
}

TEST_CASE("a drain that is not over in time says which pods are left and why, and is undone") {
  Bench bench;
  bench.kube.drained = {1, "", "Cannot evict pod as it would violate the pod's disruption budget.", {}};
  const auto proof = bench.drain().inject(bench.on("w"), never);
  REQUIRE_FALSE(proof.ok());
  CHECK(proof.error().message == "w is not empty within 20s: left are shop/web-1, shop/web-2");
  CHECK(proof.error().detail.find("disruption budget") != std::string::npos);
  CHECK(bench.kube.done.back() == "uncordon w in cp1");
  CHECK(bench.kube.cordoned.empty());
  CHECK(bench.journal.read().empty());
}

TEST_CASE("a pod that comes back in spite of the cordon is told") {
  Bench bench;
  bench.kube.add_pod("stubborn", "StatefulSet");
  const auto proof = bench.drain().inject(bench.on("w"), never);
  REQUIRE_FALSE(proof.ok());
  CHECK(proof.error().message == "w was drained, and these pods are on it: shop/stubborn");
}

TEST_CASE("nothing is drained that could not be given back, or that is not there to be drained") {
  Bench bench;
  SECTION("a node that is cordoned already") {
    bench.kube.cordoned.insert("w");
    const Status available = bench.drain().available(bench.on("w"), never);
    REQUIRE_FALSE(available.ok());
    CHECK(available.error().message == "it is cordoned");
  }
  SECTION("a pod that nobody would make anew") {
    bench.kube.add_pod("alone", "");
    CHECK(why_not(bench.drain().available(bench.on("w"), never)) ==
          "w: nobody would make these pods anew elsewhere, so that they are not evicted: shop/alone");
  }
  SECTION("a pod that has ended is no hindrance") {
    bench.kube.add_pod("ended", "");
    bench.kube.pods.back()["status"]["phase"] = "Succeeded";
    CHECK(bench.drain().available(bench.on("w"), never).ok());
  }
  SECTION("hadrill's own pod, when it is there") {
    bench.kube.add_pod("vantage", "", "hadrill-20260101");
    CHECK(why_not(bench.drain().available(bench.on("w"), never)) ==
          "w: hadrill's own pod hadrill-20260101/vantage looks from there: drain another node");
  }
  SECTION("a journal that cannot be written") {
    HostJournal nowhere{"/dev/null/journal"};
    const Catalogue catalogue({bench.agents, bench.engine.docker, bench.topology, nowhere, bench.guard});
    CHECK_FALSE(catalogue.find("node.drain")->inject(bench.on("w"), never).ok());
  }
  SECTION("a container that is no node") {
    bench.engine.add("lb", "external-load-balancer", "10.0.0.9");
    Injection injection = bench.on("w");
    injection.target.node = bench.engine.node("lb");
    CHECK(why_not(bench.drain().available(injection, never)) == "its target is of role worker or control-plane");
  }
  CHECK(std::none_of(bench.kube.done.begin(), bench.kube.done.end(),
                     [](const std::string& one) { return one.starts_with("cordon"); }));
}

TEST_CASE("the node that hadrill's own pod will look from is refused before anything is made") {
  Bench bench("w");
  CHECK(why_not(bench.drain().available(bench.on("w"), never)) ==
        "hadrill's own pod will be on w, because probers of this scenario look from it: drain another node");
  CHECK(bench.drain().available(bench.on("cp2"), never).ok());
}

TEST_CASE("a control plane that answers is asked, and undoing begins where the drain ran") {
  Bench bench;
  bench.kube.silent.insert("cp1");
  REQUIRE(bench.drain().inject(bench.on("w"), never).ok());
  CHECK(bench.kube.done.back() == "drain w in cp2");
  bench.kube.silent.clear();
  REQUIRE(bench.drain().heal(bench.on("w"), never).ok());
  CHECK(bench.kube.done.back() == "uncordon w in cp2");
}

TEST_CASE("without an API nothing is cordoned") {
  Bench bench;
  bench.kube.silent = {"cp1", "cp2"};
  const Status available = bench.drain().available(bench.on("w"), never);
  REQUIRE_FALSE(available.ok());
  CHECK(available.error().kind == ErrorKind::infrastructure);
  CHECK(available.error().message.find("connection refused") != std::string::npos);
}

TEST_CASE("a drain that goes on is not healed") {
  Bench bench;
  REQUIRE(bench.drain().inject(bench.on("w"), never).ok());
  bench.kube.cordoned.clear();
  bench.kube.drains = 1;
  const auto healed = bench.drain().prove_healed(bench.on("w"), Json::object(), never);
  REQUIRE_FALSE(healed.ok());
  CHECK(healed.error().message == "it is still being drained");
}

TEST_CASE("a drained control plane loses pods, not etcd nor its API server") {
  Bench bench;
  ResolvedTarget target = bench.on("cp1").target;
  const auto taken = bench.drain().takes(target, Json::object());
  CHECK(taken == std::vector<TargetRole>{TargetRole::pod});
  CHECK(impact_of({{taken[0], "cp1"}}, bench.topology, {{"cp1", "cp2"}, {"cp1", "cp2"}}).empty());
}

TEST_CASE("a node that is cordoned is residue, where an API server answers") {
  Bench bench;
  const auto cordons = [&bench] {
    const auto left = residue(bench.engine.docker, bench.journal, bench.agents, bench.topology, never);
    return std::count(left.begin(), left.end(), Residue{"w", "it is cordoned"});
  };
  CHECK(cordons() == 0);
  bench.kube.cordoned.insert("w");
  bench.kube.silent.insert("cp1");
  CHECK(cordons() == 1);
  bench.kube.silent.insert("cp2");
  CHECK(cordons() == 0);
}
