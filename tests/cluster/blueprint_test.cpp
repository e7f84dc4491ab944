#include "cluster/blueprint.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "cluster/machine.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

const std::string kHead = "apiVersion: hadrill/v1\nkind: Topology\nmetadata: {name: x, description: d}\ncluster: c\n";

std::string problem_of(const std::string& text) {
  const auto read = read_blueprint(text, "t.yaml");
  REQUIRE_FALSE(read.ok());
  CHECK(read.error().kind == ErrorKind::usage);
  return read.error().detail;
}

}  // namespace

TEST_CASE("a topology file says how a cluster is made, and what it leaves out is kind's and kubeadm's own way") {
  const auto plain = read_blueprint(kHead, "t.yaml");
  REQUIRE(plain.ok());
  CHECK(plain->name == "x");
  CHECK(plain->cluster == "c");
  CHECK(plain->front_door == FrontDoor::kind);
  CHECK(plain->etcd == EtcdLayout::stacked);
  CHECK(plain->controllers == ControllerLayout::static_pods);
  CHECK(plain->memory_gib > 0);
  CHECK_FALSE(plain->workload_image);
  CHECK_FALSE(plain->balanced_node_port);

  const auto other = read_blueprint(
      kHead + "frontDoor: haproxy\netcd: external\ncontrollers: daemon-sets\nneeds: {memoryGib: 7.5, diskGib: 9}\n",
      "t.yaml");
  REQUIRE(other.ok());
  CHECK(other->front_door == FrontDoor::haproxy);
  CHECK(other->etcd == EtcdLayout::external);
  CHECK(other->controllers == ControllerLayout::daemon_sets);
  CHECK(other->memory_gib == 7.5);
  CHECK(other->disk_gib == 9);
  const auto nodes = read_blueprint(kHead + "images: [workload]\nnodeLoadBalancer: {port: 30080}\n", "t.yaml");
  REQUIRE(nodes.ok());
  CHECK(nodes->workload_image);
  CHECK(nodes->balanced_node_port == 30080);
}

TEST_CASE("what is wrong with a topology file is told with its place") {
  CHECK(problem_of(kHead + "frontDoor: ngix\n") ==
        "t.yaml:5:12: unknown frontDoor \"ngix\"; did you mean \"nginx\"? allowed: kind, nginx, haproxy");
  CHECK(problem_of(kHead + "nodeLoadBalancer: {port: 80}\n").find("30000 to 32767") != std::string::npos);
  CHECK(problem_of(kHead + "images: [nginx]\n").find("\"nginx\"") != std::string::npos);
  CHECK(problem_of(kHead + "workers: 3\n").find("t.yaml:5:1: unknown key \"workers\"") == 0);
  CHECK(problem_of("kind: Topology\n").find("missing key \"cluster\"") != std::string::npos);
  CHECK(problem_of("just text").find("the topology is \"just text\"") != std::string::npos);
}

TEST_CASE("a topology is found by its name, with the configuration of its cluster") {
  const TemporaryFolder folder;
  const BlueprintFolder blueprints(folder.path);
  REQUIRE(write_file(folder.path / "topologies" / "x.yaml", kHead).ok());
  CHECK(blueprints.find("x").error().message == "unknown cluster \"c\"; allowed: none");
  REQUIRE(write_file(folder.path / "clusters" / "c.yaml", "").ok());
  CHECK(blueprints.find("x").ok());
  CHECK(blueprints.find("y").error().message.find("unknown topology \"y\"") == 0);
  REQUIRE(write_file(folder.path / "topologies" / "z.yaml", kHead).ok());
  CHECK(blueprints.find("z").error().message.find("calls itself \"x\"") != std::string::npos);
}

TEST_CASE("every topology of the project is sound") {
  const std::filesystem::path project = HADRILL_SOURCE_DIR;
  const BlueprintFolder blueprints(project / "kind-configs");
  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(project / "kind-configs" / "topologies")) {
    const auto read = blueprints.find(entry.path().stem());
    INFO((read.ok() ? "" : read.error().text()));
    REQUIRE(read.ok());
    CHECK(std::filesystem::exists(blueprints.kind_config(*read)));
    if (read->front_door != FrontDoor::kind) CHECK(std::filesystem::exists(blueprints.front_door(read->front_door)));
    ++seen;
  }
  CHECK(seen >= 4);
}

TEST_CASE("a topology that does not fit the machine is refused with what it needs and what there is") {
  Blueprint blueprint;
  blueprint.name = "x";
  blueprint.memory_gib = 4;
  blueprint.disk_gib = 6;
  CHECK(fits(blueprint, {6.0, 4.0}, "/d").ok());
  CHECK(fits(blueprint, {std::nullopt, 4.0}, "/d").ok());
  CHECK(fits(blueprint, {5.9, 4.0}, "/d").error().message == "topology x needs 6 GiB free at /d, there are 5.9");
  CHECK(fits(blueprint, {6.0, 3.9}, "/d").error().message == "topology x needs 4 GiB of memory, 3.9 are available");
  const MachineFree here = read_machine({"", "", "", "", "/", 1, 1024LL * 1024 * 1024});
  REQUIRE(here.disk_gib);
  CHECK(here.memory_gib > 0);
  // Another machine's disk cannot be looked at, and its memory is known as a whole only.
  const MachineFree remote = read_machine({"", "", "", "", "/no/such/folder", 1, 2LL * 1024 * 1024 * 1024});
  CHECK_FALSE(remote.disk_gib);
  CHECK(remote.memory_gib == 2);
}
