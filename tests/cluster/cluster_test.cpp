#include "cluster/cluster.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "support/fake_client.hpp"
#include "support/fake_runner.hpp"
#include "support/manual_clock.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

/// A cluster whose one API server is not ready.
std::unique_ptr<http::Client> degraded(const http::TlsIdentity& /*identity*/) {
  auto client = std::make_unique<FakeClient>();
  client->on("GET", "/readyz", 500, "[+]ping ok\n[-]etcd failed: reason withheld\n");
  return client;
}

/// Everything a ClusterManager works through, with an engine that answers and holds no containers.
struct Bench {
  TemporaryFolder folder;
  Folders folders{folder.path / "cache", folder.path / "state"};
  FakeRunner runner;
  ManualClock clock;
  std::vector<std::string> told;  ///< progress
  ClusterManager manager{{runner, clock, folders, BlueprintFolder(folder.path),
                          [this](const std::string& line) { told.push_back(line); }, degraded}};

  Bench() {
    REQUIRE(write_file(folder.path / "clusters" / "some.yaml", "kind: Cluster\n").ok());
    REQUIRE(write_file(folder.path / "topologies" / "stacked.yaml",
                       "apiVersion: hadrill/v1\nkind: Topology\nmetadata: {name: stacked, description: d}\n"
                       "cluster: some\nneeds: {memoryGib: 1, diskGib: 1}\n")
                .ok());
    runner.on("docker info", R"({"ServerVersion": "1", "Driver": "overlay2", "DockerRootDir": "/"})");
  }
  void containers(const std::string& id) {
    runner.on("docker ps", id + "\n");
    runner.on("docker inspect", R"([{"Id": ")" + id + R"(", "Name": "/c-control-plane", "Config": {"Labels": {}}}])");
  }
  Result<LiveCluster> up() { return manager.up("c", "stacked", {}, Interrupt::never()); }
};

}  // namespace

TEST_CASE("a cluster of the same name that is not ours is refused and left alone") {
  Bench bench;
  bench.containers("aaa");
  const auto up = bench.up();
  REQUIRE_FALSE(up.ok());
  CHECK(up.error().kind == ErrorKind::usage);
  CHECK(up.error().message.find("not ours") != std::string::npos);
  CHECK(bench.manager.down("c").error().kind == ErrorKind::usage);
  CHECK(bench.manager.attach("c", Interrupt::never()).error().kind == ErrorKind::usage);
  CHECK_FALSE(bench.runner.ran("docker rm"));
}

TEST_CASE("a record does not make somebody else's containers ours") {
  Bench bench;
  REQUIRE(ClusterRecords(bench.folders.state).write({"c", "stacked", "image", {"bbb"}, false}).ok());
  bench.containers("aaa");
  CHECK(bench.manager.down("c").error().kind == ErrorKind::usage);
  CHECK_FALSE(bench.runner.ran("docker rm"));
}

TEST_CASE("containers of a creation that was killed are ours and are removed with every trace") {
  Bench bench;
  REQUIRE(ClusterRecords(bench.folders.state).write({"c", "stacked", "image", {}, false}).ok());
  bench.containers("aaa");
  bench.runner.on("docker rm --force --volumes aaa", "");
  bench.runner.on("docker network inspect", R"([{"Labels": {"io.hadrill.created": "1"}, "Containers": {}}])");
  bench.runner.on("docker network rm kind", "");
  REQUIRE(bench.manager.down("c").ok());
  CHECK(bench.runner.ran("docker rm --force --volumes aaa"));
  CHECK(bench.runner.ran("docker network rm kind"));
  CHECK_FALSE(std::filesystem::exists(bench.folders.state));
}

TEST_CASE("a network somebody else made, or still uses, stays") {
  for (const char* network : {R"([{"Labels": {}, "Containers": {}}])",
                              R"([{"Labels": {"io.hadrill.created": "1"}, "Containers": {"x": {}}}])"}) {
    Bench bench;
    REQUIRE(ClusterRecords(bench.folders.state).write({"c", "stacked", "image", {}, false}).ok());
    bench.runner.on("docker ps", "");
    bench.runner.on("docker network inspect", network);
    REQUIRE(bench.manager.down("c").ok());
    CHECK_FALSE(bench.runner.ran("docker network rm"));
  }
}

TEST_CASE("a removal that fails is a cleanup error and keeps the record for the next attempt") {
  Bench bench;
  REQUIRE(ClusterRecords(bench.folders.state).write({"c", "stacked", "image", {"aaa"}, false}).ok());
  bench.containers("aaa");
  bench.runner.on("docker rm", "", 1, "device busy");
  const Status gone = bench.manager.down("c");
  REQUIRE_FALSE(gone.ok());
  CHECK(gone.error().kind == ErrorKind::cleanup);
  CHECK(ClusterRecords(bench.folders.state).find("c")->has_value());
}

TEST_CASE("without a record there is nothing of ours to remove, whatever the engine says") {
  Bench bench;
  CHECK_FALSE(bench.manager.recorded("c"));
  REQUIRE(ClusterRecords(bench.folders.state).write({"c", "stacked", "image", {}, false}).ok());
  CHECK(bench.manager.recorded("c"));
  // An unreadable record may be ours.
  REQUIRE(write_file(bench.folders.state / "clusters" / "c" / "record.json", "{").ok());
  CHECK(bench.manager.recorded("c"));
  CHECK(bench.runner.asked.empty());
}

TEST_CASE("a cluster whose run did not end is not used again as it is") {
  Bench bench;
  REQUIRE(ClusterRecords(bench.folders.state).write({"c", "stacked", "image", {"aaa"}, true}).ok());
  bench.containers("aaa");
  const auto attached = bench.manager.attach("c", Interrupt::never());
  REQUIRE_FALSE(attached.ok());
  CHECK(attached.error().message.find("did not end") != std::string::npos);
}

TEST_CASE("what stands in the way is said before anything is made") {
  SECTION("unknown topology") {
    Bench bench;
    const auto up = bench.manager.up("c", "nowhere", {}, Interrupt::never());
    CHECK(up.error().kind == ErrorKind::usage);
  }
  SECTION("set-up was never run") {
    Bench bench;
    bench.runner.on("docker ps", "");
    const auto up = bench.up();
    REQUIRE_FALSE(up.ok());
    CHECK(up.error().message ==
          "set-up has not been run here: run `make images`, or kind-configs/images/prepare.sh of an installed hadrill");
  }
  CHECK(true);
}

TEST_CASE("a cluster that takes the place of another has to fit the machine as well") {
  Bench bench;
  REQUIRE(write_file(bench.folder.path / "topologies" / "big.yaml",
                     "apiVersion: hadrill/v1\nkind: Topology\nmetadata: {name: big, description: d}\n"
                     "cluster: some\nneeds: {memoryGib: 1024, diskGib: 1}\n")
              .ok());
  REQUIRE(ClusterRecords(bench.folders.state).write({"c", "stacked", "image", {"aaa"}, false}).ok());
  bench.containers("aaa");
  bench.runner.on("docker rm --force --volumes aaa", "");
  bench.runner.on("docker network inspect", R"([{"Labels": {}, "Containers": {}}])");
  const auto up = bench.manager.up("c", "big", {}, Interrupt::never());
  REQUIRE_FALSE(up.ok());
  CHECK(up.error().kind == ErrorKind::infrastructure);
  CHECK(up.error().message.starts_with("topology big needs 1024 GiB of memory"));
  // Looked at when the memory of the one before is free, and before anything of the new one is there.
  CHECK(bench.runner.ran("docker rm --force --volumes aaa"));
  CHECK_FALSE(bench.manager.recorded("c"));
}

TEST_CASE("where a cluster is replaced because it is not ready, it is said what is missing") {
  Bench bench;
  ClusterRecords records(bench.folders.state);
  REQUIRE(records.write({"c", "stacked", "image", {"aaa"}, false}).ok());
  REQUIRE(write_file(records.kubeconfig("c"),
                     "clusters: [{cluster: {certificate-authority-data: Q0E=, server: 'https://127.0.0.1:4001'}}]\n"
                     "users: [{user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}}]\n")
              .ok());
  bench.runner.on("docker ps", "aaa\n");
  bench.runner.on("docker rm", "");
  bench.runner.on("docker network inspect", R"([{"Labels": {}, "Containers": {}}])");
  const auto replaced_because = [&bench](const std::string& settings) {
    bench.runner.on("docker inspect",
                    R"([{"Id": "aaa", "Name": "/c-control-plane", "Config": {"Labels":
                        {"io.x-k8s.kind.role": "control-plane"}}, "NetworkSettings": )" +
                        settings + "}]");
    CHECK_FALSE(bench.up().ok());  // set-up has not been run here
    for (const std::string& line : bench.told) {
      if (line.ends_with("replacing it")) return line;
    }
    return std::string();
  };
  SECTION("a condition does not hold") {
    const std::string line = replaced_because(
        R"({"Ports": {"6443/tcp": [{"HostPort": "4001"}]}, "Networks": {"kind": {"IPAddress": "10.0.0.1"}}})");
    CHECK(line.starts_with("cluster c is not ready: api-servers: c-control-plane: /readyz: "));
    CHECK(line.find("etcd") != std::string::npos);
  }
  SECTION("it cannot be asked at all") {
    CHECK(replaced_because("{}") ==
          "cluster c is not ready: c-control-plane has no address: is it running?; replacing it");
  }
}

TEST_CASE("a creation that fails keeps the nodes' logs, also when one node has none to give") {
  Bench bench;
  const std::string kind = (bench.folder.path / "kind").string();
  REQUIRE(write_file(kind, "").ok());
  const Json prepared = {{"kind", kind}, {"nodeImage", "node"}, {"loadBalancerImage", "lb"}};
  REQUIRE(write_file(bench.folders.cache / "prepared.json", prepared.dump()).ok());
  bench.runner.on("docker ps", "");
  bench.runner.on("docker network inspect", "[]");
  bench.runner.on(kind + " create", "", 1, "ERROR: kubeadm gave up");
  const auto logs = bench.folder.path / "logs";
  bench.runner.on(kind + " export logs", [&](const Command&) {
    REQUIRE(write_file(logs / "c-worker" / "journal.log", "x").ok());
    return Result<Completed>(Completed{1, "", "ERROR: no crictl in the load balancer", {}});
  });
  const auto up = bench.manager.up("c", "stacked", logs, Interrupt::never());
  REQUIRE_FALSE(up.ok());
  CHECK(up.error().kind == ErrorKind::infrastructure);
  CHECK(up.error().detail.find("kubeadm gave up") != std::string::npos);
  CHECK(up.error().detail.find("logs of the nodes: " + logs.string()) != std::string::npos);
  CHECK(up.error().detail.find("not of all") != std::string::npos);
}

TEST_CASE("an engine that cannot be used is explained") {
  FakeRunner runner;
  Docker docker(runner);
  SECTION("no docker command") {
    runner.on("docker info", [](const Command&) {
      return Result<Completed>(infrastructure_error("", "no program \"docker\" on PATH"));
    });
    CHECK(docker.info(Interrupt::never()).error().text() ==
          "container engine: no docker command: install Docker and run again");
  }
  SECTION("not running") {
    runner.on("docker info",
              "{\"ServerErrors\": [\"Cannot connect to the Docker daemon at unix:///var/run/docker.sock\"]}", 1);
    CHECK(docker.info(Interrupt::never()).error().message == "it does not answer: is it running?");
  }
  SECTION("no permission") {
    runner.on("docker info", "", 1, "permission denied while trying to connect to the Docker daemon socket");
    CHECK(docker.info(Interrupt::never()).error().message.starts_with("no permission to use it"));
  }
}

TEST_CASE("kind's progress is read as plain words") {
  CHECK(kind_step(" \u2022 Starting control-plane \U0001F579\uFE0F  ...") == "Starting control-plane");
  CHECK(kind_step(" \u2022 Ensuring node image (hadrill/node:v1) \U0001F5BC ...") ==
        "Ensuring node image (hadrill/node:v1)");
  CHECK(kind_step(" \u2713 Starting control-plane").empty());
  CHECK(kind_step("Creating cluster").empty());
}
