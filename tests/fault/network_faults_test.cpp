#include <catch2/catch.hpp>

#include "fault/bench.hpp"
#include "fault/peers.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

using Roles = std::vector<TargetRole>;

/// What the agent on the target's node was asked for.
Json asked(FaultBench& bench, const char* fault, const Injection& injection) {
  REQUIRE(bench.agents.install(injection.target.node, Interrupt::never()).ok());
  bench.agent.on = [](const Json&) { return Json{{"beforeNs", 5000}, {"afterNs", 6000}, {"evidence", {{"x", 1}}}}; };
  const auto proof = bench.fault(fault).inject(injection, Interrupt::never());
  if (!proof.ok()) FAIL(proof.error().text());
  return bench.agent.requests.back();
}

std::string refused(FaultBench& bench, const char* fault, const Injection& injection) {
  const auto proof = bench.fault(fault).inject(injection, Interrupt::never());
  REQUIRE_FALSE(proof.ok());
  CHECK(proof.error().kind == ErrorKind::usage);
  return proof.error().message;
}

Roles taken(FaultBench& bench, TargetRole role, const Json& parameters) {
  return bench.fault("network.partition").takes(bench.target(role), parameters);
}

}  // namespace

TEST_CASE("peers are every other node, a set of them, or those named; never the target itself") {
  const FaultBench bench;
  const ResolvedTarget target = bench.target(TargetRole::etcd);
  const auto peers = [&](const Json& parameters) {
    const auto scope = packet_scope(bench.topology, target, parameters);
    REQUIRE(scope.ok());
    std::vector<std::string> names;
    for (const Node& node : scope->peers) names.push_back(node.name);
    return names;
  };
  CHECK(peers(Json::object()).size() == 5);
  CHECK(peers({{"peers", "etcd-members"}}) == Names{"drill-control-plane2", "drill-control-plane3"});
  CHECK(peers({{"peers", "workers"}}) == Names{"drill-worker", "drill-worker2"});
  CHECK(peers({{"peers", "load-balancer"}}) == Names{"drill-external-load-balancer"});
  CHECK(peers({{"peers", {"drill-worker", "drill-control-plane"}}}) == Names{"drill-worker"});
  CHECK(peers({{"peers", {"load-balancer", "drill-worker2"}}}) ==
        Names{"drill-external-load-balancer", "drill-worker2"});
  // The target is one of the control planes, and one is named twice.
  CHECK(peers({{"peers", {"drill-control-plane2", "control-planes", "load-balancer"}}}) ==
        Names{"drill-control-plane2", "drill-control-plane3", "drill-external-load-balancer"});
  CHECK(peers({{"peers", {"workers", "all"}}}).size() == 5);
}

TEST_CASE("ports are the component's own unless others are given") {
  const FaultBench bench;
  const auto scope = [&](TargetRole role, const Json& parameters) {
    const auto found = packet_scope(bench.topology, bench.target(role), parameters);
    REQUIRE(found.ok());
    return *found;
  };
  CHECK(scope(TargetRole::etcd, Json::object()).ports == std::vector<int>{2379, 2380});
  CHECK_FALSE(scope(TargetRole::etcd, Json::object()).served);
  CHECK(scope(TargetRole::apiserver, Json::object()).ports == std::vector<int>{6443});
  CHECK(scope(TargetRole::apiserver, Json::object()).served);
  CHECK(scope(TargetRole::control_plane, Json::object()).ports.empty());
  CHECK(scope(TargetRole::etcd, {{"ports", {2380}}}).ports == std::vector<int>{2380});
}

TEST_CASE("a partition reaches the agent as addresses and rules") {
  FaultBench bench;
  const Json request = asked(bench, "network.partition",
                             bench.injection(TargetRole::etcd, {{"peers", "etcd-members"}, {"mode", "reject"}}));
  CHECK(request["effect"] == "network.rules");
  CHECK(request["parameters"] == Json({{"peers", {"10.0.0.2", "10.0.0.3"}},
                                       {"ports", {2379, 2380}},
                                       {"served", false},
                                       {"action", "reject"},
                                       {"direction", "both"}}));
}

TEST_CASE("loss, delay, bandwidth and black hole reach the agent in its units") {
  FaultBench bench;
  const Json workers = {{"peers", {"drill-worker"}}};
  Json parameters = workers;
  parameters["percent"] = 12.5;
  CHECK(asked(bench, "network.loss", bench.injection(TargetRole::control_plane, parameters))["parameters"]["percent"] ==
        12.5);
  parameters = workers;
  parameters["delay"] = "1s";
  parameters["jitter"] = "250ms";
  const Json delay = asked(bench, "network.delay", bench.injection(TargetRole::control_plane, parameters));
  CHECK(delay["parameters"] == Json({{"peers", {"10.0.0.9"}},
                                     {"ports", Json::array()},
                                     {"served", false},
                                     {"delayUs", 1'000'000},
                                     {"jitterUs", 250'000}}));
  const Json rate =
      asked(bench, "network.bandwidth", bench.injection(TargetRole::worker, {{"kilobitsPerSecond", 1000}}));
  CHECK(rate["parameters"] == Json({{"kilobitsPerSecond", 1000}}));
  const Json hole = asked(bench, "lb.blackhole", bench.injection(TargetRole::apiserver));
  CHECK(hole["parameters"] == Json({{"peers", {"10.0.0.11"}},
                                    {"ports", {6443}},
                                    {"served", true},
                                    {"action", "drop"},
                                    {"direction", "both"},
                                    {"longerThan", 80}}));
}

TEST_CASE("what makes no sense is refused before any agent hears of it") {
  FaultBench bench;
  const auto cut = [&](const Json& parameters) {
    return refused(bench, "network.partition", bench.injection(TargetRole::etcd, parameters));
  };
  CHECK(cut({{"peers", {"nobody"}}}) == "peers: no node \"nobody\"");
  CHECK(cut({{"peers", {"workers", "friends"}}}) == "peers: no node \"friends\"");
  CHECK(cut({{"peers", {"workers", 1}}}) == "peers: no node 1");
  CHECK(cut({{"peers", {"workers", "node-load-balancer"}}}) == "peers: no node \"node-load-balancer\"");
  CHECK(cut({{"peers", {"drill-control-plane"}}}) ==
        "peers: nobody is left but drill-control-plane itself ([\"drill-control-plane\"])");
  CHECK(cut({{"peers", "friends"}}).find("peers has to be all, ") == 0);
  CHECK(cut({{"ports", {70000}}}) == "ports: no port 70000");
  CHECK(cut({{"mode", "ignore"}}) == "mode has to be one of drop, reject");
  CHECK(cut({{"direction", "up"}}) == "direction has to be one of both, in, out");
  CHECK(refused(bench, "network.loss", bench.injection(TargetRole::etcd, {{"percent", 0}})) ==
        "percent has to be more than 0 and at most 100");
  CHECK(refused(bench, "network.delay", bench.injection(TargetRole::etcd, {{"delay", "11s"}})) ==
        "delay has to be 1ms to 10s");
  CHECK(refused(bench, "network.delay", bench.injection(TargetRole::etcd, {{"delay", "1ms"}, {"jitter", "2ms"}})) ==
        "jitter has to be at most the delay");
  CHECK(refused(bench, "network.bandwidth", bench.injection(TargetRole::worker)) ==
        "kilobitsPerSecond has to be 8 to 10000000");
  CHECK(refused(bench, "lb.blackhole", bench.injection(TargetRole::etcd)).find("has to be an API server") !=
        std::string::npos);
  CHECK(refused(bench, "lb.blackhole", bench.injection(TargetRole::worker)).find("no load balancer in front") !=
        std::string::npos);
  std::erase_if(bench.topology.nodes, [](const Node& node) { return node.role == NodeRole::load_balancer; });
  CHECK(refused(bench, "lb.blackhole", bench.injection(TargetRole::apiserver)).find("no load balancer") !=
        std::string::npos);
}

TEST_CASE("the load balancer in front of the workers is a peer of its own, and a worker may be a hole for it") {
  FaultBench bench;
  Node balancer;
  balancer.name = "drill-node-load-balancer";
  balancer.role = NodeRole::node_load_balancer;
  balancer.address = "10.0.0.12";
  bench.topology.nodes.push_back(balancer);
  const auto scope = packet_scope(bench.topology, bench.target(TargetRole::worker), {{"peers", "node-load-balancer"}});
  REQUIRE(scope.ok());
  CHECK(scope_text(*scope) == "drill-node-load-balancer");
  const Json hole = asked(bench, "lb.blackhole", bench.injection(TargetRole::worker));
  CHECK(hole["parameters"]["peers"] == Json{"10.0.0.12"});
  CHECK(hole["parameters"]["ports"].empty());
  CHECK(hole["parameters"]["longerThan"] == 80);
  CHECK(bench.fault("lb.blackhole").takes(bench.target(TargetRole::worker), Json::object()).empty());
}

TEST_CASE("the guard is told what a partition takes") {
  FaultBench bench;
  CHECK(taken(bench, TargetRole::etcd, Json::object()) == Roles{TargetRole::etcd});
  CHECK(taken(bench, TargetRole::etcd, {{"peers", "etcd-members"}, {"ports", {2380}}}) == Roles{TargetRole::etcd});
  // The other member is still there: two of three talk to each other.
  CHECK(taken(bench, TargetRole::etcd, {{"peers", {"drill-control-plane2"}}}).empty());
  CHECK(taken(bench, TargetRole::apiserver, Json::object()) == Roles{TargetRole::apiserver});
  CHECK(taken(bench, TargetRole::apiserver, {{"peers", "workers"}}).empty());
  CHECK(taken(bench, TargetRole::control_plane, Json::object()).size() == 6);
  CHECK(taken(bench, TargetRole::control_plane, {{"peers", "control-planes"}}) == Roles{TargetRole::etcd});
  CHECK(bench.fault("network.loss").takes(bench.target(TargetRole::etcd), {{"percent", 99}}).empty());
  CHECK(bench.fault("network.loss").takes(bench.target(TargetRole::etcd), {{"percent", 100}}) ==
        Roles{TargetRole::etcd});
  CHECK(bench.fault("network.delay").takes(bench.target(TargetRole::etcd), Json::object()).empty());
  CHECK(bench.fault("lb.blackhole").takes(bench.target(TargetRole::apiserver), Json::object()) ==
        Roles{TargetRole::apiserver});
}

TEST_CASE("the dry run names both sides") {
  FaultBench bench;
  const FaultText cut =
      bench.fault("network.partition").describe(bench.target(TargetRole::etcd), {{"peers", {"drill-control-plane2"}}});
  CHECK(cut.effect ==
        "drop all packets of drill-control-plane from and to drill-control-plane2 (TCP ports 2379, 2380)");
  const FaultText delay = bench.fault("network.delay")
                              .describe(bench.target(TargetRole::control_plane),
                                        {{"peers", {"drill-worker"}}, {"delay", "1s"}, {"jitter", "10ms"}});
  CHECK(delay.effect == "delay packets from drill-control-plane to drill-worker by 1s +- 10ms");
}

TEST_CASE("with an etcd of its own nodes, what is cut off there is etcd, and nothing of it on a control plane") {
  FaultBench bench;
  for (const char* name : {"e1", "e2", "e3"})
    bench.topology.nodes.push_back({name, NodeRole::etcd, name, std::string("172.30.2.") + name[1], std::nullopt});
  Fault& partition = bench.fault("network.partition");
  const ResolvedTarget member{TargetRole::etcd, *bench.topology.find("e1")};
  const Json peers = {{"peers", "etcd-members"}, {"ports", {2380}}};
  CHECK(partition.takes(member, peers) == std::vector<TargetRole>{TargetRole::etcd});
  CHECK(partition.takes(member, {{"peers", {"e2"}}, {"ports", {2380}}}).empty());
  const ResolvedTarget plane{TargetRole::control_plane, bench.topology.nodes.front()};
  for (const TargetRole role : partition.takes(plane, {{"peers", "etcd-members"}, {"ports", {2380}}}))
    CHECK(role != TargetRole::etcd);
}
