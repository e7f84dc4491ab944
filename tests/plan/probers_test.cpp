#include "cluster.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

Scenario with_probers(std::vector<ProberSpec> probers) {
  Scenario scenario;
  scenario.probers = std::move(probers);
  return scenario;
}

const ProberSpec kRead{"api.read", ProbePath::load_balancer, ConnectionClass::fresh, 100ms, 1s, 10s};
const ProberSpec kDirect{"api.direct", ProbePath::each_api_server, ConnectionClass::reused, 200ms, 1s, 10s};

}  // namespace

TEST_CASE("one prober through the load balancer, one per API server") {
  const auto planned = plan_probers(with_probers({kRead, kDirect}), paper_cluster()).value();
  REQUIRE(planned.size() == 4);
  CHECK(planned[0].name == "api.read");
  CHECK(planned[0].endpoint == "drill-external-load-balancer");
  CHECK(planned[0].port == 30000);
  CHECK(planned[0].spec == kRead);
  CHECK(planned[1].name == "api.direct.drill-control-plane");
  CHECK(planned[3].name == "api.direct.drill-control-plane3");
  CHECK(planned[3].endpoint == "drill-control-plane3");
  CHECK(planned[3].port == 30003);
  CHECK(planned[3].spec == kDirect);
  CHECK(planned_rate(planned) == Approx(10 + 3 * 5));
  CHECK(planned_rate({}) == 0);
}

TEST_CASE("a path that the cluster does not have is refused") {
  Topology topology = paper_cluster();
  topology.nodes.pop_back();
  const auto no_balancer = plan_probers(with_probers({kDirect, kRead}), topology);
  REQUIRE_FALSE(no_balancer.ok());
  CHECK(no_balancer.error().kind == ErrorKind::usage);
  CHECK(no_balancer.error().text() ==
        "prober api.read: cluster drill has no load balancer; allowed there: through: each-api-server");

  topology.nodes[1].api_port.reset();
  CHECK(plan_probers(with_probers({kDirect}), topology).error().text() ==
        "prober api.direct: node drill-control-plane2 publishes no API port");
  CHECK(plan_probers(with_probers({kDirect}), paper_cluster(0)).error().text() ==
        "prober api.direct: cluster drill has no API server");
}

TEST_CASE("two probers never share a name") {
  ProberSpec clash = kRead;
  clash.name = "api.direct.drill-control-plane2";
  CHECK(plan_probers(with_probers({kDirect, clash}), paper_cluster()).error().text() ==
        "prober api.direct.drill-control-plane2: two probers would be called api.direct.drill-control-plane2; rename "
        "one");
}
