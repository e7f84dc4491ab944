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
  CHECK(planned[0].base == "https://127.0.0.1:30000");
  CHECK(planned[0].spec == kRead);
  CHECK(planned[1].name == "api.direct.drill-control-plane");
  CHECK(planned[3].name == "api.direct.drill-control-plane3");
  CHECK(planned[3].endpoint == "drill-control-plane3");
  CHECK(planned[3].base == "https://127.0.0.1:30003");
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

TEST_CASE("what can only be reached from inside is reached through a node") {
  const ProberSpec etcd{"etcd", ProbePath::each_etcd_member, ConnectionClass::reused, 1s, 1s,
                        10s,    ProbeOperation::health};
  const ProberSpec api{"in.api", ProbePath::cluster_ip, ConnectionClass::fresh, 1s, 1s, 10s};
  const ProberSpec dns{"in.dns", ProbePath::service, ConnectionClass::fresh, 1s, 1s, 10s, ProbeOperation::get};
  Topology topology = paper_cluster();
  topology.api_service = ServiceAddress{"10.96.0.1", 443};
  topology.dns_metrics_service = ServiceAddress{"10.96.0.10", 9153};
  const auto planned = plan_probers(with_probers({etcd, api, dns}), topology).value();
  REQUIRE(planned.size() == 5);
  CHECK(planned[1].name == "etcd.drill-control-plane2");
  CHECK(planned[1].endpoint == "drill-control-plane2");
  CHECK(planned[1].base == "http://127.0.0.1:2381");
  CHECK(planned[1].inside == InsideRoute{"drill-control-plane2", "127.0.0.1", 2381, false});
  CHECK(planned[3].base == "https://10.96.0.1:443");
  CHECK(planned[3].endpoint == "kubernetes.default");
  CHECK(planned[3].inside == InsideRoute{"drill-worker", "10.96.0.1", 443, true});
  CHECK(planned[4].base == "http://10.96.0.10:9153");

  topology.api_service.reset();
  CHECK(plan_probers(with_probers({api}), topology).error().text() ==
        "prober in.api: cluster drill has no Service kubernetes.default");
}

TEST_CASE("a NodePort is reached where it is published: in front of the workers, and at each of them") {
  const ServiceRef web{"shop", "web", "http", "/"};
  const ProberSpec balanced{
      "web", ProbePath::node_load_balancer, ConnectionClass::fresh, 1s, 1s, 10s, ProbeOperation::get, web};
  const ProberSpec direct{
      "web.direct", ProbePath::each_node_port, ConnectionClass::fresh, 1s, 1s, 10s, ProbeOperation::get, web};
  const ProberSpec each{"web.pod", ProbePath::each_pod, ConnectionClass::fresh, 1s, 1s, 10s, ProbeOperation::get, web};
  Topology topology = paper_cluster();
  const auto refusal = [&](const ProberSpec& spec) {
    return plan_probers(with_probers({spec}), topology).error().text();
  };
  CHECK(refusal(balanced) == "prober web: cluster drill has no Service web.shop");
  topology.services[web.key()] = {"10.96.0.20", 80};
  CHECK(refusal(each) == "prober web.pod: cluster drill has no ready pod of a Service web.shop");
  topology.services[web.key()].pods = {{"web-a", "drill-worker2", "10.244.3.7", 8080},
                                       {"web-b", "drill-worker", "10.244.4.2", 8080}};
  const auto pods = plan_probers(with_probers({each}), topology).value();
  REQUIRE(pods.size() == 2);
  CHECK(pods[0].name == "web.pod.web-a");
  CHECK(pods[0].endpoint == "drill-worker2");
  CHECK(pods[0].base == "http://10.244.3.7:8080");
  CHECK(pods[0].inside == InsideRoute{topology.pod_node()->name, "10.244.3.7", 8080, true});
  CHECK(refusal(direct) == "prober web.direct: Service web.shop has no NodePort");
  topology.services[web.key()].node_port = 30080;
  CHECK(
      refusal(balanced) ==
      "prober web: cluster drill has no load balancer in front of its workers; allowed there: through: each-node-port");
  CHECK(refusal(direct) ==
        "prober web.direct: NodePort 30080 of drill-worker is not published on 127.0.0.1: the topology has to do that");

  for (Node& node : topology.nodes) node.node_ports[30080] = 41000;
  Node balancer{
      "drill-node-load-balancer", NodeRole::node_load_balancer, "id", "10.0.0.99", std::nullopt, {{30080, 42000}}};
  topology.nodes.push_back(balancer);
  const auto planned = plan_probers(with_probers({balanced, direct}), topology).value();
  REQUIRE(planned.size() == 1 + topology.with_role(NodeRole::worker).size());
  CHECK(planned[0].name == "web");
  CHECK(planned[0].endpoint == "drill-node-load-balancer");
  CHECK(planned[0].base == "http://127.0.0.1:42000");
  CHECK_FALSE(planned[0].inside);
  CHECK(planned[1].name == "web.direct.drill-worker");
  CHECK(planned[1].base == "http://127.0.0.1:41000");
}

TEST_CASE("watchers reach what probers on the same path reach") {
  Scenario scenario;
  scenario.watchers = {{"watch", ProbePath::load_balancer}, {"direct", ProbePath::each_api_server}};
  const auto planned = plan_watchers(scenario, paper_cluster()).value();
  REQUIRE(planned.size() == 4);
  CHECK(planned[0].name == "watch");
  CHECK(planned[0].endpoint == "drill-external-load-balancer");
  CHECK(planned[0].base == "https://127.0.0.1:30000");
  CHECK(planned[3].name == "direct.drill-control-plane3");
  CHECK(planned[3].base == "https://127.0.0.1:30003");
  Topology topology = paper_cluster();
  topology.nodes[0].api_port.reset();
  CHECK_FALSE(plan_watchers(scenario, topology).ok());
}

TEST_CASE("the null prober's address is known when its server runs") {
  const ProberSpec echo{"null", ProbePath::local_echo, ConnectionClass::fresh, 1s, 1s, 10s, ProbeOperation::echo};
  const auto planned = plan_probers(with_probers({echo}), paper_cluster()).value();
  REQUIRE(planned.size() == 1);
  CHECK(planned[0].base.empty());
  CHECK_FALSE(planned[0].inside);
}

TEST_CASE("two probers never share a name") {
  ProberSpec clash = kRead;
  clash.name = "api.direct.drill-control-plane2";
  CHECK(plan_probers(with_probers({kDirect, clash}), paper_cluster()).error().text() ==
        "prober api.direct.drill-control-plane2: two probers would be called api.direct.drill-control-plane2; rename "
        "one");
}
