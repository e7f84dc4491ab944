#include "plan/remains.hpp"

#include <catch2/catch.hpp>

#include "plan/cluster.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

/// Six pods of a Service, three on each worker, and one of another Service.
std::vector<ServicePods> web_and_cart() {
  ServicePods web{"shop", "web", {}};
  for (int i = 1; i <= 6; ++i)
    web.pods.push_back({"web-" + std::to_string(i), i <= 3 ? "drill-worker" : "drill-worker2", "10.1.0.1", 80});
  return {web, {"shop", "cart", {{"cart-1", "drill-worker2", "10.1.0.9", 80}}}};
}

ResolvedTarget pod_named(const std::string& name, const std::string& node, const std::string& name_space = "shop") {
  ResolvedTarget target;
  target.role = TargetRole::pod;
  target.node.name = node;
  target.pod = PodRef{name, name_space, "uid-" + name};
  return target;
}

ResolvedTarget worker_named(const std::string& node) {
  ResolvedTarget target;
  target.role = TargetRole::worker;
  target.node.name = node;
  return target;
}

Names texts_of(const std::vector<Loss>& losses, const std::vector<ResolvedTarget>& targets) {
  Names texts;
  for (const Remains& one : remains_of(losses, targets, paper_cluster(), web_and_cart())) texts.push_back(one.text());
  return texts;
}

}  // namespace

TEST_CASE("each Service that is asked is told once, whichever way it is asked") {
  using namespace std::chrono_literals;
  const ServiceRef web{"shop", "web", "http", "/"};
  ServiceRef health = web;
  health.path = "/health";
  const ServiceRef cart{"shop", "cart", "http", "/"};
  Scenario scenario;
  for (const auto& [name, service] : {std::pair{"a", web}, std::pair{"b", health}, std::pair{"c", cart}})
    scenario.probers.push_back(
        {name, ProbePath::service, ConnectionClass::fresh, 1s, 1s, 10s, ProbeOperation::get, service});
  scenario.probers.push_back({"api", ProbePath::load_balancer, ConnectionClass::fresh, 1s, 1s, 10s});
  Topology topology = paper_cluster();
  topology.services[web.key()].pods = {{"web-1", "drill-worker", "10.1.0.1", 80}};
  topology.services[health.key()] = topology.services[web.key()];
  topology.services[cart.key()] = {};
  const auto asked = services_asked(scenario, topology);
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].name == "web");
  CHECK(asked[0].pods.size() == 1);
  CHECK(asked[1].name == "cart");
  CHECK(asked[1].pods.empty());
}

TEST_CASE("a worker that is lost takes the pods on it") {
  CHECK(texts_of({{TargetRole::worker, "drill-worker"}}, {worker_named("drill-worker")}) ==
        Names{"workers: 1 of 2 remain", "ready pods of web.shop: 3 of 6 remain"});
  CHECK(texts_of({{TargetRole::worker, "drill-worker2"}, {TargetRole::kubelet, "drill-worker2"}},
                 {worker_named("drill-worker2")}) == Names{"workers: 1 of 2 remain",
                                                           "ready pods of web.shop: 3 of 6 remain",
                                                           "ready pods of cart.shop: 0 of 1 remain"});
}

TEST_CASE("a fault on pods takes its targets, and no others of their node or of their name") {
  CHECK(texts_of({{TargetRole::pod, "drill-worker"}}, {pod_named("web-2", "drill-worker")}) ==
        Names{"ready pods of web.shop: 5 of 6 remain"});
  CHECK(texts_of({{TargetRole::pod, "drill-worker"}}, {pod_named("web-2", "drill-worker", "other")}).empty());
  std::vector<Loss> losses;
  std::vector<ResolvedTarget> targets;
  const ServicePods web = web_and_cart().front();
  for (const PodAddress& pod : web.pods) {
    losses.push_back({TargetRole::pod, pod.node});
    targets.push_back(pod_named(pod.pod, pod.node));
  }
  CHECK(texts_of(losses, targets) == Names{"ready pods of web.shop: 0 of 6 remain"});
}

TEST_CASE("a drain takes all pods of its node, and not the node") {
  CHECK(texts_of({{TargetRole::pod, "drill-worker"}}, {worker_named("drill-worker")}) ==
        Names{"ready pods of web.shop: 3 of 6 remain"});
}

TEST_CASE("what takes neither workers nor pods leaves nothing to tell") {
  CHECK(texts_of({}, {}).empty());
  CHECK(texts_of({{TargetRole::kubelet, "drill-worker"}}, {worker_named("drill-worker")}).empty());
  CHECK(texts_of({{TargetRole::etcd, "drill-control-plane"}}, {}).empty());
}
