#include <catch2/catch.hpp>

#include "fault/agent_fault.hpp"
#include "fault/bench.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

const Json kProof = {
    {"beforeNs", 5000}, {"afterNs", 6000}, {"evidence", {{"pid", 42}, {"startTicks", 1000}, {"program", "x"}}}};

Result<InjectionProof> inject(FaultBench& bench, const char* fault, const Injection& injection, const Json& answer) {
  bench.agent.on = [&](const Json& request) { return request["verb"] == "inject" ? answer : Json::object(); };
  REQUIRE(bench.agents.install(injection.target.node, Interrupt::never()).ok());
  return bench.fault(fault).inject(injection, Interrupt::never());
}

}  // namespace

TEST_CASE("every fault that scenarios may name is in the catalogue, and no other") {
  FaultBench bench;
  for (const std::string& name : fault_names()) {
    INFO(name);
    REQUIRE(bench.catalogue.find(name) != nullptr);
  }
  CHECK(bench.catalogue.find("no.such.fault") == nullptr);
}

TEST_CASE("an injection carries T0 as an interval and the agent's evidence, and says its time to live") {
  FaultBench bench;
  const auto proof =
      inject(bench, "process.kill", bench.injection(TargetRole::apiserver, {{"signal", "TERM"}}), kProof);
  REQUIRE(proof.ok());
  CHECK(proof->t0_lower.ns == 5000);
  CHECK(proof->t0_upper.ns == 6000);
  CHECK(proof->evidence["pid"] == 42);
  CHECK(bench.agent.requests.back() ==
        Json({{"verb", "inject"},
              {"id", "kill-0-00000001"},
              {"effect", "process.kill"},
              {"parameters", {{"program", "kube-apiserver"}, {"signal", 15}, {"waitMs", 90000}, {"hold", false}}},
              {"ttlMs", 120000}}));
}

TEST_CASE("without proof there is no injection") {
  FaultBench bench;
  Json answer = kProof;
  SECTION("the agent could not do it") { answer = {{"ok", false}, {"error", "still alive"}}; }
  SECTION("the instants are missing") { answer.erase("beforeNs"); }
  SECTION("the instants are the wrong way round") { answer["beforeNs"] = 7000; }
  CHECK_FALSE(inject(bench, "process.kill", bench.injection(TargetRole::apiserver), answer).ok());
}

TEST_CASE("a signal that is none is refused before the agent hears of it") {
  FaultBench bench;
  const auto proof = inject(bench, "process.kill", bench.injection(TargetRole::etcd, {{"signal", "NOPE"}}), kProof);
  REQUIRE_FALSE(proof.ok());
  CHECK(proof.error().text() == "process.kill: no signal NOPE");
}

TEST_CASE("availability is what the agent says of its plan") {
  FaultBench bench;
  bench.agent.on = [](const Json& request) {
    if (request["verb"] != "plan") return Json::object();
    return Json{{"ok", false}, {"error", "no process etcd on this node"}};
  };
  const Status available =
      bench.fault("process.pause").available(bench.injection(TargetRole::etcd), Interrupt::never());
  REQUIRE_FALSE(available.ok());
  CHECK(available.error().message == "no process etcd on this node");
}

TEST_CASE("only a process with a later start proves that a killed one is back") {
  FaultBench bench;
  const Injection injection = bench.injection(TargetRole::apiserver);
  const Json injected = {{"pid", 42}, {"startTicks", 1000}};
  Json processes = Json::array({{{"pid", 42}, {"startTicks", 1000}}});
  bench.agent.on = [&](const Json&) { return Json{{"processes", processes}}; };
  REQUIRE(bench.agents.install(injection.target.node, Interrupt::never()).ok());
  Fault& fault = bench.fault("process.kill");
  CHECK_FALSE(fault.prove_healed(injection, injected, Interrupt::never()).ok());
  processes = Json::array();
  CHECK_FALSE(fault.prove_healed(injection, injected, Interrupt::never()).ok());
  // A pid used again with a later start is another process.
  processes = Json::array({{{"pid", 42}, {"startTicks", 1001}}});
  const auto healed = fault.prove_healed(injection, injected, Interrupt::never());
  REQUIRE(healed.ok());
  CHECK((*healed)["startTicks"] == 1001);
}

TEST_CASE("a pod is found by its UID, a component by its program") {
  ResolvedTarget pod{TargetRole::pod, {}, false, PodRef{"web-0", "shop", "uid-1"}};
  CHECK(process_choice(pod) == Json({{"pod", "uid-1"}}));
  CHECK(process_choice({TargetRole::scheduler, {}}) == Json({{"program", "kube-scheduler"}}));
}

TEST_CASE("the dry run says what is done and what undoes it") {
  FaultBench bench;
  const FaultText kill =
      bench.fault("process.kill").describe(bench.target(TargetRole::apiserver), {{"signal", "KILL"}, {"hold", true}});
  CHECK(kill.effect ==
        "send SIGKILL to the kube-apiserver process on drill-control-plane, and SIGKILL to every process that follows "
        "it");
  CHECK(kill.undo == "whoever started it starts it again: the kubelet, or systemd");
  const FaultText stop = bench.fault("kubelet.stop").describe(bench.target(TargetRole::kubelet), Json::object());
  CHECK(stop.effect == "stop the unit kubelet on drill-control-plane");
}

TEST_CASE("what is done once is not in force until it is healed") {
  FaultBench bench;
  CHECK_FALSE(bench.fault("process.kill").stays(Json::object()));
  CHECK(bench.fault("process.kill").stays({{"hold", true}}));
  CHECK_FALSE(bench.fault("etcd.move-leader").stays(Json::object()));
  CHECK(bench.fault("network.partition").stays(Json::object()));
  CHECK(bench.fault("kubelet.stop").stays(Json::object()));
}

TEST_CASE("with ifLeading nothing is done to a target that does not lead") {
  FaultBench bench;
  Injection injection = bench.injection(TargetRole::scheduler, {{"signal", "TERM"}, {"ifLeading", true}});
  injection.target.leads = false;
  Fault& kill = bench.fault("process.kill");
  CHECK(kill.takes(injection.target, injection.parameters).empty());
  const auto proof = inject(bench, "process.kill", injection, kProof);
  REQUIRE(proof.ok());
  CHECK(proof->evidence == Json({{"leads", false}}));
  CHECK(kill.heal(injection, Interrupt::never()).ok());
  CHECK(kill.prove_healed(injection, proof->evidence, Interrupt::never()).ok());
  for (const Json& request : bench.agent.requests) CHECK(request["verb"] != "inject");

  injection.target.leads = true;
  const auto killed = inject(bench, "process.kill", injection, kProof);
  REQUIRE(killed.ok());
  CHECK(killed->evidence["pid"] == 42);
  CHECK(bench.agent.requests.back()["parameters"] ==
        Json({{"program", "kube-scheduler"}, {"signal", 15}, {"waitMs", 90000}, {"hold", false}}));
}

TEST_CASE("ifLeading makes no sense where none leads") {
  FaultBench bench;
  const auto proof =
      inject(bench, "process.kill", bench.injection(TargetRole::apiserver, {{"ifLeading", true}}), kProof);
  REQUIRE_FALSE(proof.ok());
  CHECK(proof.error().kind == ErrorKind::usage);
}
