#include "bench.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

Injection of_balancer(const FaultBench& bench) {
  return {"reload-0-00000001",
          {TargetRole::load_balancer, *bench.topology.load_balancer()},
          Json::object(),
          std::chrono::minutes(2)};
}

}  // namespace

TEST_CASE("the load balancer is told by its own signal, and only a new worker proves it") {
  FaultBench bench;
  Fault& reload = bench.fault("lb.reload");
  bench.runner.on("for program in", "nginx 1\n");
  SECTION("a new worker") {
    bench.runner.on("reload HUP 1 nginx", "7 \n7 9 \n");
    const auto proof = reload.inject(of_balancer(bench), Interrupt::never());
    REQUIRE(proof.ok());
    CHECK(proof->t0_lower <= proof->t0_upper);
    CHECK(proof->evidence.at("workersBefore") == "7 ");
    CHECK(proof->evidence.at("workersAfter") == "7 9 ");
    CHECK(reload.heal(of_balancer(bench), Interrupt::never()).ok());
    CHECK(reload.prove_healed(of_balancer(bench), {}, Interrupt::never()).ok());
  }
  SECTION("none") {
    bench.runner.on("reload HUP 1 nginx", "", 1, "no new worker");
    CHECK_FALSE(reload.inject(of_balancer(bench), Interrupt::never()).ok());
  }
}

TEST_CASE("a load balancer that cannot be reloaded is refused with what would do instead") {
  FaultBench bench;
  bench.runner.on("for program in", "", 1, "");
  const Status available = bench.fault("lb.reload").available(of_balancer(bench), Interrupt::never());
  REQUIRE_FALSE(available.ok());
  CHECK(available.error().kind == ErrorKind::usage);
  CHECK(available.error().message.find("topology nginx or haproxy") != std::string::npos);
  CHECK_FALSE(bench.fault("lb.reload").available(bench.injection(TargetRole::apiserver), Interrupt::never()).ok());
}
