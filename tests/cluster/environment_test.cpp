#include "cluster/environment.hpp"

#include <catch2/catch.hpp>

#include "support/fake_runner.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

Container container(const char* name, const char* role, const char* address, const char* port) {
  Json inspect = {{"Id", std::string("id-") + name},
                  {"Config", {{"Labels", {{"io.x-k8s.kind.role", role}}}}},
                  {"NetworkSettings", {{"Networks", {{"kind", {{"IPAddress", address}}}}}, {"Ports", Json::object()}}}};
  if (*port != '\0') inspect["NetworkSettings"]["Ports"]["6443/tcp"] = {{{"HostIp", "127.0.0.1"}, {"HostPort", port}}};
  return {std::string("id-") + name, name, inspect};
}

}  // namespace

TEST_CASE("a topology is read from kind's containers, load balancer last") {
  const auto topology =
      read_topology("c", {container("c-external-load-balancer", "external-load-balancer", "10.0.0.9", "40000"),
                          container("c-worker", "worker", "10.0.0.3", ""),
                          container("c-control-plane", "control-plane", "10.0.0.2", "40001")});
  REQUIRE(topology.ok());
  REQUIRE(topology->nodes.size() == 3);
  CHECK(topology->nodes[0].name == "c-control-plane");
  CHECK(topology->nodes[0].api_port == 40001);
  CHECK(topology->nodes[1].api_port == std::nullopt);
  CHECK(topology->load_balancer()->api_port == 40000);
  CHECK(to_json(*topology)["nodes"][2]["role"] == "load-balancer");
}

TEST_CASE("NodePorts are known where they are published, and the load balancer in front of them by our own label") {
  Container worker = container("c-worker", "worker", "10.0.0.3", "");
  worker.inspect["NetworkSettings"]["Ports"]["30080/tcp"] = {{{"HostIp", "127.0.0.1"}, {"HostPort", "41001"}}};
  worker.inspect["NetworkSettings"]["Ports"]["30081/udp"] = {{{"HostIp", "127.0.0.1"}, {"HostPort", "41002"}}};
  worker.inspect["NetworkSettings"]["Ports"]["9000/tcp"] = {{{"HostIp", "127.0.0.1"}, {"HostPort", "41003"}}};
  worker.inspect["NetworkSettings"]["Ports"]["30082/tcp"] = nullptr;
  Container balancer = container("c-node-load-balancer", "", "10.0.0.8", "");
  balancer.inspect["Config"]["Labels"] = {{"io.hadrill.cluster", "c"}, {"io.hadrill.role", "node-load-balancer"}};
  balancer.inspect["NetworkSettings"]["Ports"]["30080/tcp"] = {{{"HostIp", "127.0.0.1"}, {"HostPort", "42000"}}};
  const auto topology =
      read_topology("c", {balancer, worker, container("c-control-plane", "control-plane", "10.0.0.2", "40001")});
  REQUIRE(topology.ok());
  CHECK(topology->nodes[1].node_ports == std::map<std::uint16_t, std::uint16_t>{{30080, 41001}});
  REQUIRE(topology->node_load_balancer() == &topology->nodes[2]);
  CHECK(topology->node_load_balancer()->node_ports.at(30080) == 42000);
  CHECK(topology->load_balancer() == nullptr);
  CHECK_FALSE(takes_agent(topology->nodes[2].role));
  CHECK(to_json(*topology)["nodes"][2]["nodePorts"] == Json({{"30080", 42000}}));
}

TEST_CASE("a container that is not what its role needs is an error that names it") {
  CHECK(read_topology("c", {container("c-control-plane", "control-plane", "", "1")}).error().message ==
        "c-control-plane has no address: is it running?");
  CHECK(read_topology("c", {container("c-control-plane", "control-plane", "10.0.0.1", "")}).error().message ==
        "c-control-plane publishes no API port on 127.0.0.1");
  CHECK_FALSE(read_topology("c", {}).ok());
}

TEST_CASE("where a Service is, by the name of its port") {
  const Json dns = Json::parse(R"({"spec": {"clusterIP": "10.96.0.10", "ports": [
    {"name": "dns", "protocol": "UDP", "port": 53}, {"name": "metrics", "protocol": "TCP", "port": 9153}]}})");
  CHECK(read_service(dns, "metrics") == ServiceAddress{"10.96.0.10", 9153});
  CHECK(read_service(dns, "") == ServiceAddress{"10.96.0.10", 9153});
  CHECK(read_service(dns, "dns") == std::nullopt);
  CHECK(read_service(Json::object(), "") == std::nullopt);
  CHECK(read_service(Json::parse(R"({"spec": {"clusterIP": "None", "ports": [{"port": 80}]}})"), "") == std::nullopt);
  const Json web = Json::parse(
      R"({"spec": {"clusterIP": "10.96.0.20", "ports": [{"name": "http", "port": 80, "nodePort": 30080}]}})");
  CHECK(read_service(web, "http") == ServiceAddress{"10.96.0.20", 80, 30080});
  Topology topology{"c", {}};
  topology.api_service = ServiceAddress{"10.96.0.1", 443};
  CHECK(to_json(topology)["services"] == Json({{"kubernetes.default", {{"address", "10.96.0.1"}, {"port", 443}}}}));
}

TEST_CASE("the ready pods of a Service come from its slices") {
  const Json slices = parse_json(R"({"items": [
    {"addressType": "IPv4", "ports": [{"name": "http", "port": 8080}, {"name": "other", "port": 9}], "endpoints": [
      {"addresses": ["10.244.1.5"], "nodeName": "w1", "targetRef": {"name": "web-b"}},
      {"addresses": ["10.244.1.6"], "nodeName": "w1", "targetRef": {"name": "web-c"}, "conditions": {"ready": false}},
      {"addresses": ["10.244.9.9"]}]},
    {"addressType": "IPv6", "ports": [{"name": "http", "port": 8080}], "endpoints": [
      {"addresses": ["fd00::1"], "nodeName": "w1", "targetRef": {"name": "web-b"}}]},
    {"addressType": "IPv4", "ports": [{"name": "http", "port": 8081}], "endpoints": [
      {"addresses": ["10.244.2.7"], "nodeName": "w2", "targetRef": {"name": "web-a"}, "conditions": {"ready": true}}]}]})",
                                 "slices")
                          .value();
  CHECK(read_endpoints(slices, "http") ==
        std::vector<PodAddress>{{"web-a", "w2", "10.244.2.7", 8081}, {"web-b", "w1", "10.244.1.5", 8080}});
  CHECK(read_endpoints(slices, "https").empty());
  CHECK(read_endpoints(Json::object(), "http").empty());
}

TEST_CASE("live flags come from the static pods' commands") {
  const Json flags = read_flags(Json::parse(R"({"items": [{"metadata": {"labels": {"component": "etcd"}},
    "spec": {"nodeName": "n", "containers": [{"command": ["etcd", "--heartbeat-interval=100", "--flag", "--empty="]}]}}]})"));
  CHECK(flags["n"]["etcd"] == Json({{"--heartbeat-interval", "100"}, {"--flag", "true"}, {"--empty", ""}}));
}

TEST_CASE("restarts of etcd members on nodes of their own are told by those nodes") {
  FakeRunner runner;
  runner.on("--interactive e1 sh", "12\n");
  runner.on("--interactive e2 sh", "");  // never started, or without logs
  runner.on("--interactive e3 sh", "", 1, "is not running");
  Docker docker(runner);
  const Topology topology{"c",
                          {{"cp1", NodeRole::control_plane, "id0", "10.0.0.1", 4001},
                           {"e1", NodeRole::etcd, "id1", "10.0.0.2", {}},
                           {"e2", NodeRole::etcd, "id2", "10.0.0.3", {}},
                           {"e3", NodeRole::etcd, "id3", "10.0.0.4", {}}}};
  CHECK(read_member_restarts(docker, topology, Interrupt::never()) == Json::parse(R"({"etcd-e1": 12})"));
  CHECK_FALSE(runner.ran("cp1"));
}
