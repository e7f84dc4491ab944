#include "cluster/front_door.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "bounds/lb_config.hpp"
#include "support/fake_runner.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

const std::vector<Node> kServers{{"cp1", NodeRole::control_plane, "1", "172.30.1.1", 40001},
                                 {"cp2", NodeRole::control_plane, "2", "172.30.1.2", 40002}};

Container kind_balancer() {
  Container out;
  out.id = "lb-id";
  out.name = "c-external-load-balancer";
  out.inspect = Json::parse(R"({
    "Id": "lb-id", "Name": "/c-external-load-balancer", "State": {"Running": true},
    "Config": {"Labels": {"io.x-k8s.kind.cluster": "c", "io.x-k8s.kind.role": "external-load-balancer", "io.hadrill.build": "1"}},
    "NetworkSettings": {
      "Networks": {"kind": {"IPAddress": "172.30.1.9"}},
      "Ports": {"6443/tcp": [{"HostIp": "127.0.0.1", "HostPort": "40009"}], "80/tcp": null}}})");
  return out;
}

Topology cluster() {
  Topology topology{"c", kServers};
  topology.nodes.push_back({"c-external-load-balancer", NodeRole::load_balancer, "lb-id", "172.30.1.9", 40009});
  return topology;
}

bool has_pair(const std::vector<std::string>& words, const std::string& option, const std::string& value) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == option && words[i + 1] == value) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a line below the marker is written once per API server, all others as they are") {
  CHECK(balancer_config("a {name}\n  # {for each server}\n  server {name} {address}:6443 {address}\nb\n", kServers) ==
        "a {name}\n  server cp1 172.30.1.1:6443 172.30.1.1\n  server cp2 172.30.1.2:6443 172.30.1.2\nb\n");
}

TEST_CASE("the configurations of the project are filled in, and bounds can be made of them") {
  const std::filesystem::path folder = std::filesystem::path(HADRILL_SOURCE_DIR) / "kind-configs" / "front-doors";
  const auto nginx = balancer_config(read_file(folder / "nginx.conf").value(), kServers);
  const auto haproxy = balancer_config(read_file(folder / "haproxy.cfg").value(), kServers);
  for (const std::string& config : {nginx, haproxy}) {
    CHECK(config.find('{' + std::string("address")) == std::string::npos);
    CHECK(config.find("172.30.1.1:6443") != std::string::npos);
    CHECK(config.find("172.30.1.2:6443") != std::string::npos);
  }
  const auto passive = bounds::read_nginx_config(nginx, "nginx.conf");
  INFO((passive.ok() ? "" : passive.error().text()));
  REQUIRE(passive.ok());
  CHECK(passive->values.at("connect-timeout") == "1s");
  const auto active = bounds::read_haproxy_config(haproxy, "haproxy.cfg");
  INFO((active.ok() ? "" : active.error().text()));
  REQUIRE(active.ok());
  CHECK(active->values.at("path") == "/readyz");
  CHECK(active->values.at("fall") == "2");
}

TEST_CASE("the new container has the name, labels, address and port of the old one") {
  const auto arguments = front_door_arguments(kind_balancer(), "image", FrontDoor::haproxy, true);
  REQUIRE(arguments.ok());
  CHECK(has_pair(*arguments, "--name", "c-external-load-balancer"));
  CHECK(has_pair(*arguments, "--network", "kind"));
  CHECK(has_pair(*arguments, "--ip", "172.30.1.9"));
  CHECK(has_pair(*arguments, "--publish", "127.0.0.1:40009:6443/tcp"));
  CHECK(has_pair(*arguments, "--label", "io.x-k8s.kind.cluster=c"));
  CHECK(has_pair(*arguments, "--label", "io.x-k8s.kind.role=external-load-balancer"));
  CHECK_FALSE(has_pair(*arguments, "--label", "io.hadrill.build=1"));
  const auto image = std::find(arguments->begin(), arguments->end(), "image");
  CHECK(std::vector<std::string>(image - 1, arguments->end()) ==
        std::vector<std::string>{"haproxy", "image", "-W", "-db", "-f", "/etc/haproxy/haproxy.cfg"});

  Container stopped = kind_balancer();
  stopped.inspect["NetworkSettings"]["Ports"] = Json::object();
  CHECK_FALSE(front_door_arguments(stopped, "image", FrontDoor::nginx, true).ok());
}

TEST_CASE("the old container goes, the new one gets its configuration and is started") {
  const TemporaryFolder folder;
  REQUIRE(write_file(folder.path / "text", "# {for each server}\nserver {address}\n").ok());
  const FrontDoorPlan plan{FrontDoor::nginx, "image", folder.path / "text", folder.path / "written"};
  FakeRunner runner;
  Docker docker(runner);
  runner.on("docker rm --force --volumes lb-id", "");
  runner.on("docker cp", "");
  runner.on("docker start c-external-load-balancer", "");
  SECTION("on a network of ours at the same address") {
    runner.on("docker create", "");
    REQUIRE(replace_front_door(docker, plan, cluster(), {kind_balancer()}, Interrupt::never()).ok());
    CHECK(read_file(plan.written).value() == "server 172.30.1.1\nserver 172.30.1.2\n");
    CHECK(runner.ran("docker start c-external-load-balancer"));
  }
  SECTION("on one where no address can be chosen, at any") {
    runner.on("docker create", [](const Command& command) {
      const bool chosen = std::find(command.argv.begin(), command.argv.end(), "--ip") != command.argv.end();
      const char* said = chosen ? "user specified IP address is supported only when connecting to networks with user "
                                  "configured subnets"
                                : "";
      return Result<Completed>(Completed{chosen ? 1 : 0, "", said, {}});
    });
    CHECK(replace_front_door(docker, plan, cluster(), {kind_balancer()}, Interrupt::never()).ok());
  }
  SECTION("without one to replace it says so and removes nothing") {
    CHECK_FALSE(replace_front_door(docker, plan, cluster(), {}, Interrupt::never()).ok());
    CHECK_FALSE(runner.ran("docker rm"));
  }
}
