#include "plan/notice.hpp"

#include <catch2/catch.hpp>

#include "plan/cluster.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

const ServiceRef kWeb{"shop", "web", "http", "/"};

ProberSpec spec(const std::string& name, ProbePath through) {
  return {name, through, ConnectionClass::fresh, 1s, 1s, 10s, ProbeOperation::get, kWeb};
}

/// Each pod of a Service, asked from the pod of hadrill's own on the first worker; each NodePort; users of both.
std::vector<PlannedProber> probers() {
  Scenario scenario;
  scenario.probers = {spec("pod", ProbePath::each_pod), spec("port", ProbePath::each_node_port),
                      spec("inside", ProbePath::service), spec("api", ProbePath::load_balancer)};
  Topology topology = paper_cluster();
  topology.services[kWeb.key()] = {"10.96.0.20", 80, 30080, {}};
  topology.services[kWeb.key()].pods = {{"web-a", "drill-worker2", "10.244.3.7", 8080},
                                        {"web-b", "drill-worker2", "10.244.3.8", 8080},
                                        {"web-c", "drill-worker", "10.244.4.2", 8080}};
  for (Node& node : topology.nodes) node.node_ports[30080] = 41000;
  return plan_probers(scenario, topology).value();
}

ResolvedTarget pod_named(const std::string& name, const std::string& node) {
  ResolvedTarget target;
  target.role = TargetRole::pod;
  target.node.name = node;
  target.pod = PodRef{name, "shop", "uid-" + name};
  return target;
}

}  // namespace

TEST_CASE("each pod is asked on its own node, wherever it is asked from") {
  const std::vector<Loss> second{{TargetRole::worker, "drill-worker2"}, {TargetRole::kubelet, "drill-worker2"}};
  CHECK(sure_to_notice(probers(), second, {}) == Names{"pod.web-a", "pod.web-b", "port.drill-worker2"});
  // All of them are asked from the first worker: that is not what the others ask.
  CHECK(sure_to_notice(probers(), {{TargetRole::worker, "drill-worker"}}, {}) ==
        Names{"pod.web-c", "port.drill-worker"});
}

TEST_CASE("of pods on one node only those that are hit are sure to be missed") {
  CHECK(sure_to_notice(probers(), {{TargetRole::pod, "drill-worker2"}}, {pod_named("web-b", "drill-worker2")}) ==
        Names{"pod.web-b"});
}

TEST_CASE("a kubelet that is gone takes no pod and no port with it") {
  const std::vector<Loss> kubelet{{TargetRole::kubelet, "drill-worker2"}};
  CHECK(sure_to_notice(probers(), kubelet, {}).empty());
  CHECK(may_notice(probers(), kubelet).empty());
}

TEST_CASE("users may notice what they go through") {
  CHECK(may_notice(probers(), {{TargetRole::pod, "drill-worker2"}}) == Names{"inside"});
  CHECK(may_notice(probers(), {{TargetRole::worker, "drill-worker"}}) == Names{"inside"});
  CHECK(may_notice(probers(), {{TargetRole::etcd, "drill-control-plane"}}) == Names{"api"});
  CHECK(may_notice(probers(), {}).empty());
}
