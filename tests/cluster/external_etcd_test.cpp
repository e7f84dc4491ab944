#include "cluster/external_etcd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "cluster/environment.hpp"
#include "support/fake_runner.hpp"
#include "support/manual_clock.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

/// An engine whose containers get an address each, and members of etcd that know one leader.
struct Bench {
  TemporaryFolder folder;
  FakeRunner runner;
  ManualClock clock;
  Docker docker{runner};
  ExternalEtcdPlan plan{"c", "image", "kind", true, folder.path / "script", folder.path / "pki"};

  Bench() {
    REQUIRE(write_file(plan.script, "the script\n").ok());
    for (const char* words : {"docker create", "docker start", "etcd-ca", "umask", "bash -s"}) runner.on(words, "");
    int next = 1;
    runner.on("docker container inspect", [next](const Command& command) mutable {
      const std::string name = command.argv.back();
      const Json inspect = {
          {"Id", name + "-id"},
          {"Name", "/" + name},
          {"State", {{"Running", true}}},
          {"NetworkSettings", {{"Networks", {{"kind", {{"IPAddress", fmt::format("172.30.1.{}", next++)}}}}}}}};
      return Result<Completed>(Completed{0, Json::array({inspect}).dump(), "", {}});
    });
    runner.on("docker exec --interactive c-etcd cat", [](const Command& command) {
      return Result<Completed>(Completed{0, "content of " + command.argv.back(), "", {}});
    });
  }
};

}  // namespace

TEST_CASE("nodes for members are what kind's are, and known as ours") {
  const auto words = external_member_arguments("c", "c-etcd2", "image", "kind", true);
  const auto has = [&](const std::string& word) { return std::find(words.begin(), words.end(), word) != words.end(); };
  CHECK(has("--privileged"));
  CHECK(has("io.hadrill.cluster=c"));
  CHECK(has("io.hadrill.role=etcd"));
  CHECK(has("KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER=overlayfs"));
  // kind refuses to create a cluster of whose name there are containers.
  for (const std::string& word : words) CHECK(word.find("io.x-k8s.kind.cluster") == std::string::npos);
  CHECK(words.back() == "image");
  CHECK(external_member_name("c", 0) == "c-etcd");
  CHECK(external_member_name("c", 2) == "c-etcd3");
  const Json labelled = {{"Config", {{"Labels", {{"io.hadrill.role", "etcd"}}}}}};
  CHECK(read_role(labelled) == NodeRole::etcd);
}

TEST_CASE("kind's configuration is told where the members and the certificates are") {
  const std::string text = read_file(HADRILL_SOURCE_DIR "/kind-configs/clusters/external-etcd.yaml").value();
  const std::string config = external_etcd_config(
      text, "/state/pki", {{"a", NodeRole::etcd, "1", "172.30.1.1", {}}, {"b", NodeRole::etcd, "2", "172.30.1.2", {}}});
  CHECK(config.find("hostPath: \"/state/pki\"") != std::string::npos);
  CHECK(config.find("endpoints: [\"https://172.30.1.1:2379\", \"https://172.30.1.2:2379\"]") != std::string::npos);
  CHECK(config.find("{pki}") == std::string::npos);
  CHECK(config.find("{endpoints}") == std::string::npos);
}

TEST_CASE("one authority for all members; each is told who the others are; API servers get a way in") {
  Bench bench;
  bench.runner.on("maintenance/status", "{}\n{}\n");
  const auto made = make_external_etcd(bench.docker, bench.clock, bench.plan, Interrupt::never());
  // These members never know a leader.
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().kind == ErrorKind::infrastructure);
  CHECK(made.error().where == "external etcd");
  const std::string initial =
      "c-etcd=https://172.30.1.1:2380,c-etcd2=https://172.30.1.2:2380,c-etcd3=https://172.30.1.3:2380";
  CHECK(bench.runner.ran("c-etcd bash -s -- c-etcd 172.30.1.1 " + initial));
  CHECK(bench.runner.ran("c-etcd3 bash -s -- c-etcd3 172.30.1.3 " + initial));
  CHECK(bench.runner.ran("kubeadm init phase certs etcd-ca --kubernetes-version"));
  CHECK(bench.runner.ran("cat >/etc/kubernetes/pki/etcd/ca.key"));
  CHECK_FALSE(std::filesystem::exists(bench.plan.pki / "client.key"));
}

TEST_CASE("a node that gets no address, or cannot be made, is an error and not waited for") {
  Bench bench;
  bench.runner.forget();
  bench.runner.on("docker create", "", 1, "no such image");
  const auto made = make_external_etcd(bench.docker, bench.clock, bench.plan, Interrupt::never());
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().text().find("no such image") != std::string::npos);
  CHECK_FALSE(bench.runner.ran("docker start"));
}
