#include <fmt/format.h>

#include <map>

#include "fault/bench.hpp"
#include "fault/etcd_restore_run.hpp"
#include "plan/guard.hpp"
#include "plan/instances.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

/// "EFFECT on NODE" and "heal ID on NODE", in order; what only looks is left out.
using Steps = std::vector<std::string>;

/// Three control planes and two workers whose agents do everything, and an etcd that serves what it was given.
struct RestoreBench : FaultBench {
  std::string cluster = "7";  ///< that etcd serves
  std::string failing;        ///< the step that fails
  Fault& restore = fault("etcd.snapshot-restore");
  Injection injection = FaultBench::injection(TargetRole::etcd, {{"age", "0s"}});

  RestoreBench() {
    runner.on("dd if=", "snap");
    runner.on("dd of=", "");
    runner.on("/readyz", "");
    runner.on("maintenance/status", [this](const Command&) {
      const std::string status = fmt::format(R"({{"header":{{"cluster_id":"{}","member_id":"1"}},"leader":"1"}})"
                                             "\n"
                                             R"({{"members":[{{}},{{}},{{}}]}})",
                                             cluster);
      return Result<Completed>(Completed{0, status + "\n", "", {}});
    });
    injection.target.node = topology.nodes[1];
    for (const Node& node : nodes_with(TargetRole::kubelet, topology))
      REQUIRE(agents.install(node, Interrupt::never()).ok());
    agent.on = [this](const Json& request) { return answer(request); };
  }

  Json answer(const Json& request) {
    if (!failing.empty() && step_of(request, agent.nodes.back()) == failing) return {{"ok", false}, {"error", "no"}};
    if (request["verb"] != "inject") return Json::object();
    const std::string effect = request["effect"];
    const std::int64_t now = MonotonicClock().now().ns;
    Json evidence = Json::object();
    if (effect == "etcd.restore-folder") {
      evidence = {{"data", "/var/lib/etcd"},
                  {"cluster", "7"},
                  {"name", agent.nodes.back()},
                  {"peerUrls", "https://" + agent.nodes.back() + ":2380"}};
      if (request["parameters"]["snapshot"] == true)
        evidence.update({{"snapshot", "/s"}, {"bytes", 4}, {"revision", 100}});
    }
    if (effect == "etcd.restore") {
      cluster = "8";
      evidence = {{"lastRevision", 100 + agent.nodes.back().size()}};
    }
    return {{"beforeNs", now}, {"afterNs", now + 1}, {"evidence", evidence}};
  }

  static std::string step_of(const Json& request, const std::string& node) {
    if (request["verb"] == "inject") return request["effect"].get<std::string>() + " on " + node;
    if (request["verb"] == "heal") return "heal " + request["id"].get<std::string>() + " on " + node;
    return {};
  }
  Steps steps() const {
    Steps steps;
    for (std::size_t i = 0; i < agent.requests.size(); ++i) {
      if (auto step = step_of(agent.requests[i], agent.nodes[i]); !step.empty()) steps.push_back(std::move(step));
    }
    return steps;
  }
  /// Parameters of the last injection of `effect`.
  Json parameters_of(const char* effect) const {
    Json found;
    for (const Json& request : agent.requests) {
      if (request.value("effect", "") == effect) found = request["parameters"];
    }
    return found;
  }
};

const Steps kUndone{
    "heal kill-0-00000001 on drill-control-plane",        "heal kill-0-00000001 on drill-control-plane2",
    "heal kill-0-00000001 on drill-control-plane3",       "heal kill-0-00000001-stop on drill-control-plane",
    "heal kill-0-00000001-stop on drill-control-plane2",  "heal kill-0-00000001-stop on drill-control-plane3",
    "heal kill-0-00000001-watch on drill-control-plane",  "heal kill-0-00000001-watch on drill-control-plane2",
    "heal kill-0-00000001-watch on drill-control-plane3", "heal kill-0-00000001-watch on drill-worker",
    "heal kill-0-00000001-watch on drill-worker2",        "heal kill-0-00000001-copy on drill-control-plane",
    "heal kill-0-00000001-copy on drill-control-plane2",  "heal kill-0-00000001-copy on drill-control-plane3"};

Steps last_of(const Steps& steps, std::size_t count) {
  return {steps.end() - static_cast<std::ptrdiff_t>(std::min(count, steps.size())), steps.end()};
}

}  // namespace

TEST_CASE("a restore stops every member before one gets other data, and starts none before all have it") {
  RestoreBench bench;
  const auto proof = bench.restore.inject(bench.injection, Interrupt::never());
  REQUIRE(proof.ok());
  // The member whose snapshot it is comes first.
  Steps expected;
  for (const char* effect : {"etcd.restore-folder", "static-pod.remove", "etcd.restore"}) {
    for (const char* node : {"2", "", "3"})
      expected.push_back(fmt::format("{} on drill-control-plane{}", effect, node));
  }
  for (const char* node : {"control-plane", "control-plane2", "control-plane3", "worker", "worker2"})
    expected.push_back(fmt::format("watchers.renew on drill-{}", node));
  for (const char* node : {"2", "", "3"})
    expected.push_back(fmt::format("heal kill-0-00000001-stop on drill-control-plane{}", node));
  CHECK(bench.steps() == expected);
  CHECK(bench.parameters_of("etcd.restore")["members"] ==
        "drill-control-plane2=https://drill-control-plane2:2380,drill-control-plane=https://drill-control-plane:2380,"
        "drill-control-plane3=https://drill-control-plane3:2380");
  CHECK(bench.parameters_of("etcd.restore")["name"] == "drill-control-plane3");
  CHECK(bench.parameters_of("watchers.renew") ==
        Json({{"servers", {"https://10.0.0.2:6443", "https://10.0.0.1:6443", "https://10.0.0.3:6443"}},
              {"node", "drill-worker2"},
              {"below", 1'000'000'100}}));
}

TEST_CASE("a restore tells what was lost and how long it took") {
  RestoreBench bench;
  const auto proof = bench.restore.inject(bench.injection, Interrupt::never());
  REQUIRE(proof.ok());
  CHECK(proof->t0_lower < proof->t0_upper);
  CHECK(proof->evidence["snapshotRevision"] == 100);
  CHECK(proof->evidence["lastRevision"] == 120);
  CHECK(proof->evidence["revisionsLost"] == 20);
  CHECK(proof->evidence["clusterBefore"] == "7");
  CHECK(proof->evidence["clusterAfter"] == "8");
  const Json& measures = proof->evidence["measures"];
  REQUIRE(measures.size() == 4);
  CHECK(measures[0] == Json({{"what", "data lost since the snapshot"}, {"value", 20}, {"unit", "revisions of etcd"}}));
  for (std::size_t i = 1; i < 4; ++i) {
    INFO(measures[i].dump());
    CHECK(measures[i]["lowerNs"].get<std::int64_t>() <= measures[i]["upperNs"].get<std::int64_t>());
  }
}

TEST_CASE("a restore that fails anywhere is undone everywhere") {
  RestoreBench bench;
  bench.failing = GENERATE("etcd.restore-folder on drill-control-plane3", "static-pod.remove on drill-control-plane",
                           "etcd.restore on drill-control-plane", "watchers.renew on drill-worker",
                           "heal kill-0-00000001-stop on drill-control-plane3");
  INFO(bench.failing);
  const auto proof = bench.restore.inject(bench.injection, Interrupt::never());
  REQUIRE_FALSE(proof.ok());
  CHECK(proof.error().message.find("no") == 0);
  // A start that failed fails again when it is undone; it stays in the agent's journal, with what comes after it.
  const bool stuck = bench.failing.starts_with("heal");
  CHECK((proof.error().message.find("undoing it failed too") != std::string::npos) == stuck);
  if (!stuck) CHECK(last_of(bench.steps(), kUndone.size()) == kUndone);
}

TEST_CASE("a restore that is interrupted is undone, unless it was interrupted twice") {
  RestoreBench bench;
  bench.injection.parameters["age"] = "1m";
  Interrupt interrupt;
  int times = 1;
  bench.runner.forget();
  bench.runner.on("dd if=", [&](const Command&) {
    for (int i = 0; i < times; ++i) interrupt.raise();
    return Result<Completed>(Completed{0, "snap", "", {}});
  });
  bench.runner.on("dd of=", "");
  SECTION("once") {
    const auto proof = bench.restore.inject(bench.injection, interrupt);
    REQUIRE_FALSE(proof.ok());
    CHECK(proof.error().kind == ErrorKind::interrupted);
    CHECK(last_of(bench.steps(), kUndone.size()) == kUndone);
  }
  SECTION("twice") {
    times = 2;
    REQUIRE_FALSE(bench.restore.inject(bench.injection, interrupt).ok());
    CHECK(bench.steps().size() <= 3);
  }
}

TEST_CASE("healing goes on on the other nodes when one fails, but nobody starts anew before all data is back") {
  RestoreBench bench;
  bench.failing = "heal kill-0-00000001 on drill-control-plane";
  CHECK_FALSE(bench.restore.heal(bench.injection, Interrupt::never()).ok());
  CHECK(bench.steps() == Steps(kUndone.begin(), kUndone.begin() + 3));
  bench.failing.clear();
  CHECK(bench.restore.heal(bench.injection, Interrupt::never()).ok());
  CHECK(last_of(bench.steps(), kUndone.size()) == kUndone);
}

TEST_CASE("only the history that it began with is healed") {
  RestoreBench bench;
  const Json injected = {{"clusterBefore", "7"}};
  CHECK(bench.restore.prove_healed(bench.injection, injected, Interrupt::never()).ok());
  bench.cluster = "8";
  CHECK_FALSE(bench.restore.prove_healed(bench.injection, injected, Interrupt::never()).ok());
  // An injection that failed tells nothing; it was undone.
  CHECK(bench.restore.prove_healed(bench.injection, Json::object(), Interrupt::never()).ok());
}

TEST_CASE("a restore takes etcd and API server of every control plane") {
  RestoreBench bench;
  LiveHealth health;
  std::vector<Loss> losses;
  for (const Node& node : bench.restore.reach(bench.injection.target)) {
    health.etcd_members.insert(node.name);
    for (const TargetRole role : bench.restore.takes(bench.injection.target, {})) losses.push_back({role, node.name});
  }
  const auto lost = broken(impact_of(losses, bench.topology, health));
  REQUIRE(lost);
  CHECK(lost->text() == "etcd: 0 of 3 remain, 2 are needed");
}

TEST_CASE("a restore is available when every control plane could take part") {
  RestoreBench bench;
  CHECK(bench.restore.available(bench.injection, Interrupt::never()).ok());
  bench.agent.on = [&](const Json& request) {
    if (request["verb"] == "plan" && bench.agent.nodes.back() == "drill-control-plane3")
      return Json{{"ok", false}, {"error", "no etcdutl"}};
    return Json::object();
  };
  const Status available = bench.restore.available(bench.injection, Interrupt::never());
  REQUIRE_FALSE(available.ok());
  CHECK(available.error().message == "no etcdutl");
  bench.injection.target.role = TargetRole::apiserver;
  CHECK_FALSE(bench.restore.available(bench.injection, Interrupt::never()).ok());
}
