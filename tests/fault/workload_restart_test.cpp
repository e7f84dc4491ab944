#include "bench.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

Injection of_pod(const FaultBench& bench) {
  return {"restart-0-00000001",
          {TargetRole::pod, bench.topology.with_role(NodeRole::worker).front(), false, PodRef{"web-1", "shop", "uid"}},
          Json::object(),
          std::chrono::minutes(2)};
}

}  // namespace

TEST_CASE("a rolling update is of the pod's Deployment, and only a later generation proves it") {
  FaultBench bench;
  Fault& restart = bench.fault("workload.restart");
  bench.runner.on("restart shop web-1", "web\n");
  CHECK(restart.available(of_pod(bench), Interrupt::never()).ok());
  CHECK_FALSE(restart.stays(Json::object()));
  SECTION("begun") {
    bench.runner.on("rollout restart", "3\n4\n");
    bench.runner.on("rollout status", "");
    const auto proof = restart.inject(of_pod(bench), Interrupt::never());
    REQUIRE(proof.ok());
    CHECK(proof->t0_lower <= proof->t0_upper);
    CHECK(proof->evidence == Json{{"deployment", "web"}, {"generationBefore", 3}, {"generationAfter", 4}});
    CHECK(restart.heal(of_pod(bench), Interrupt::never()).ok());
    CHECK(restart.prove_healed(of_pod(bench), proof->evidence, Interrupt::never()).ok());
  }
  SECTION("not begun") {
    bench.runner.on("rollout restart", "3\n3\n");
    CHECK_FALSE(restart.inject(of_pod(bench), Interrupt::never()).ok());
  }
  SECTION("not over") {
    bench.runner.on("rollout status", "", 1, "2 of 6 updated");
    CHECK_FALSE(restart.prove_healed(of_pod(bench), {{"deployment", "web"}}, Interrupt::never()).ok());
    CHECK_FALSE(restart.prove_healed(of_pod(bench), Json::object(), Interrupt::never()).ok());
  }
}

TEST_CASE("a pod of no Deployment, or what is no pod, is refused in words") {
  FaultBench bench;
  bench.runner.on("restart shop web-1", "", 3, "the pod web-1 is of StatefulSet/web");
  const Status available = bench.fault("workload.restart").available(of_pod(bench), Interrupt::never());
  REQUIRE_FALSE(available.ok());
  CHECK(available.error().kind == ErrorKind::usage);
  CHECK(available.error().message.find("StatefulSet/web") != std::string::npos);
  CHECK_FALSE(bench.fault("workload.restart").available(bench.injection(TargetRole::worker), Interrupt::never()).ok());
}
