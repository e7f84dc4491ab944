#include "cluster/node_balancer.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "support/fake_runner.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

Topology cluster() {
  Topology topology{"c", {}};
  topology.nodes = {{"c-control-plane", NodeRole::control_plane, "1", "10.0.0.2", 40001},
                    {"c-worker", NodeRole::worker, "2", "10.0.0.3", std::nullopt},
                    {"c-worker2", NodeRole::worker, "3", "10.0.0.4", std::nullopt}};
  return topology;
}

bool has_pair(const std::vector<std::string>& words, const std::string& flag, const std::string& value) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == flag && words[i + 1] == value) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("the load balancer in front of the workers knows the NodePort of each of them, and no other node") {
  const std::string text = "listen {port};\n# {for each server}\nserver {address}:{port};\n";
  CHECK(node_balancer_config(text, 30080, cluster().with_role(NodeRole::worker)) ==
        "listen 30080;\nserver 10.0.0.3:30080;\nserver 10.0.0.4:30080;\n");
}

TEST_CASE("its container is ours by its labels, and published on this machine alone") {
  const auto arguments = node_balancer_arguments("c", {30080, "image", "kind", {}, {}, 41000});
  CHECK(has_pair(arguments, "--name", "c-node-load-balancer"));
  CHECK(has_pair(arguments, "--network", "kind"));
  CHECK(has_pair(arguments, "--publish", "127.0.0.1:41000:30080/tcp"));
  CHECK(has_pair(arguments, "--label", "io.hadrill.cluster=c"));
  CHECK(has_pair(arguments, "--label", "io.hadrill.role=node-load-balancer"));
  CHECK(has_pair(arguments, "--entrypoint", "nginx"));
}

TEST_CASE("it is made, given its configuration, and started, in this order; what fails ends it") {
  const TemporaryFolder folder;
  REQUIRE(write_file(folder.path / "text", "listen {port};\n").ok());
  const NodeBalancerPlan plan{30080, "image", "kind", folder.path / "text", folder.path / "written", 41000};
  FakeRunner runner;
  Docker docker(runner);
  runner.on("docker create", "");
  runner.on("docker cp", "");
  runner.on("docker start", "");
  CHECK(make_node_balancer(docker, plan, cluster(), Interrupt::never()).ok());
  CHECK(runner.ran("docker create --name c-node-load-balancer"));
  CHECK(runner.ran("docker start c-node-load-balancer"));
  CHECK(read_file(folder.path / "written").value() == "listen 30080;\n");

  const NodeBalancerPlan none{30080, "image", "kind", folder.path / "missing", folder.path / "written", 41000};
  CHECK_FALSE(make_node_balancer(docker, none, cluster(), Interrupt::never()).ok());
}

TEST_CASE("a free port is none of those that need privileges") {
  const auto port = free_port();
  REQUIRE(port.ok());
  CHECK(*port > 1023);
}
