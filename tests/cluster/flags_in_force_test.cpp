// Flags of a live cluster behind hand-written doors: what is read, from where, and what is told when it cannot be.
#include "cluster/flags_in_force.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "bounds/bound.hpp"
#include "support/fake_client.hpp"
#include "support/fake_runner.hpp"

using namespace hadrill;
using namespace hadrill::bounds;
using namespace hadrill::test;

namespace {

Topology one_plane() {
  return {"c",
          {{"cp1", NodeRole::control_plane, "id1", "10.0.0.1", 4001},
           {"w1", NodeRole::worker, "id2", "10.0.0.2", {}},
           {"lb", NodeRole::load_balancer, "id3", "10.0.0.3", 4000},
           {"nlb", NodeRole::node_load_balancer, "id4", "10.0.0.4", {}}}};
}

std::string manifest(const std::string& program, const std::string& flags = "") {
  return "kind: Pod\nspec:\n  containers:\n  - command: [" + program + flags + "]\n";
}

std::string framed(const std::string& path, const std::string& content) {
  return std::to_string(content.size()) + "\n" + path + "\n" + content;
}

const std::string kHaproxy =
    "defaults\n timeout connect 250ms\n timeout check 3s\n retries 0\nbackend api\n option httpchk GET /healthz\n"
    " server cp1 cp1:6443 check inter 2s fall 2\n";

const std::string kNginx =
    "stream { upstream w { server w1:30080 max_fails=1 fail_timeout=7s; }\n"
    " server { listen 30080; proxy_pass w; proxy_connect_timeout 2s; } }\n";

/// A cluster whose everything can be read.
struct World {
  FakeRunner runner;
  FakeClient client;

  World() {
    client.on("GET", "/version", 200, R"({"gitVersion": "v1.37.2"})");
    client.on("GET", "/proxy/configz", 200, R"({"kubeletconfig": {"nodeLeaseDurationSeconds": 40}})");
    client.on("GET", "/configmaps/kube-proxy", 200,
              R"({"data": {"config.conf": "kind: KubeProxyConfiguration\nmode: iptables\n"}})");
    for (const char* name : {"kube-controller-manager", "kube-scheduler"})
      client.on("GET", lease_path(name), 200, lease);
    add_manifests(true);
    runner.on("--interactive nlb sh", "nginx\tnginx: master process nginx -c /etc/n.conf\t\n");
    runner.on("--interactive nlb cat", kNginx);
    runner.on("/proc/[0-9]*", "bash\tbash\t/bin/envoy\t\nhaproxy\thaproxy\t-W\t-f\t/tmp/haproxy.cfg\t\n");
    runner.on("cat /tmp/haproxy.cfg", kHaproxy);
  }

  static std::string lease_path(const std::string& name) { return "/leases/" + name; }
  void add_manifests(bool with_scheduler) {
    std::string text = framed("/m/etcd.yaml", manifest("etcd", ", --heartbeat-interval=200, --key-file=/secret")) +
                       framed("/m/a.yaml", manifest("kube-apiserver", ", --etcd-servers=https://127.0.0.1:2379")) +
                       framed("/m/c.yaml", manifest("kube-controller-manager"));
    if (with_scheduler) text += framed("/m/s.yaml", manifest("kube-scheduler"));
    runner.on("/etc/kubernetes/manifests", text);
  }

  ClusterFlags read(const Topology& topology = one_plane()) {
    Docker docker(runner);
    return read_flags_in_force(docker, client, topology, Interrupt::never());
  }

  const std::string lease =
      R"({"spec": {"holderIdentity": "cp1_1", "leaseDurationSeconds": 15, "leaseTransitions": 1,
          "renewTime": "2026-01-31T12:00:00.123456Z"}})";
};

const FlagSource* find(const ClusterFlags& flags, const std::string& component) {
  const auto found = std::find_if(flags.sources.begin(), flags.sources.end(),
                                  [&](const FlagSource& source) { return source.component == component; });
  return found == flags.sources.end() ? nullptr : &*found;
}

std::string unread(const ClusterFlags& flags, const std::string& component) {
  for (const Unread& one : flags.unread) {
    if (one.component == component) return one.reason;
  }
  return "";
}

}  // namespace

TEST_CASE("everything that a bound needs is read, with its source, and nothing else") {
  World world;
  const ClusterFlags flags = world.read();
  for (const Unread& one : flags.unread) CHECK(one.component + ": " + one.reason == "");
  CHECK(flags.version == "v1.37.2");
  REQUIRE(find(flags, component::etcd) != nullptr);
  CHECK(*find(flags, component::etcd) == FlagSource{"etcd", "cp1", "/m/etcd.yaml", {{"heartbeat-interval", "200"}}});
  CHECK(find(flags, component::load_balancer)->values.at("interval") == "2s");
  CHECK(find(flags, component::load_balancer)->node == "lb");
  REQUIRE(find(flags, component::node_load_balancer) != nullptr);
  CHECK(find(flags, component::node_load_balancer)->values.at("fail-timeout") == "7s");
  CHECK(find(flags, component::node_load_balancer)->node == "nlb");
  CHECK(find(flags, component::scheduler_lease)->values.at("leaseDurationSeconds") == "15");
  CHECK(std::count_if(flags.sources.begin(), flags.sources.end(),
                      [](const FlagSource& source) { return source.component == component::kubelet; }) == 2);
  for (const Failover failover : kFailovers) {
    Loss loss;
    loss.readiness = ReadinessProbe{};
    const auto bound = bound_of(failover, flags, loss);
    INFO(to_string(failover) << (bound.ok() ? "" : ": " + bound.error().text()));
    CHECK(bound.ok());
  }
}

TEST_CASE("a component that no manifest has is looked for among the DaemonSets") {
  World world;
  world.runner.forget();
  world.add_manifests(false);
  world.client.on("GET", "/daemonsets", 200,
                  R"({"items": [{"metadata": {"name": "proxy"}, "spec": {"template": {"spec": {"containers": [
                      {"command": ["kube-proxy"]}]}}}},
                    {"metadata": {"name": "sched"}, "spec": {"template": {"spec": {"containers": [
                      {"command": ["kube-scheduler", "--leader-elect-retry-period=3s"]}]}}}}]})");
  const ClusterFlags flags = world.read();
  REQUIRE(find(flags, component::scheduler) != nullptr);
  CHECK(find(flags, component::scheduler)->source == "DaemonSet sched");
  CHECK(find(flags, component::scheduler)->values.at("leader-elect-retry-period") == "3s");
}

TEST_CASE("a node that does not tell leaves no bound of its components") {
  World world;
  world.runner.forget();
  world.runner.on("/etc/kubernetes/manifests", "", 1, "Error: No such container: cp1");
  const ClusterFlags flags = world.read();
  for (const char* name : {component::etcd, component::api_server, component::controller_manager, component::scheduler})
    CHECK(unread(flags, name).find("No such container") != std::string::npos);
  CHECK_FALSE(bound_of(Failover::scheduler_crash, flags).ok());
  CHECK_FALSE(bound_of(Failover::etcd_election, flags).ok());
}

TEST_CASE("members of etcd on nodes of their own come back by what their own kubelets are told") {
  World world;
  Topology topology = one_plane();
  topology.nodes.push_back({"e1", NodeRole::etcd, "id5", "10.0.0.5", {}});
  SECTION("which is read there") {
    world.runner.on("/var/lib/kubelet/config.yaml",
                    "kind: KubeletConfiguration\ncrashLoopBackOff: {maxContainerRestartPeriod: 7s}\n");
    const ClusterFlags flags = world.read(topology);
    REQUIRE(find(flags, component::member_kubelet) != nullptr);
    CHECK(*find(flags, component::member_kubelet) ==
          FlagSource{
              component::member_kubelet, "e1", "/var/lib/kubelet/config.yaml", {{"maxContainerRestartPeriod", "7s"}}});
    CHECK(bound_of(Failover::etcd_restored, flags)->upper == std::chrono::seconds(1 + 7 + 90 + 1));
    // The kubelets of the cluster's nodes say nothing else than before: 5 min is their default.
    CHECK(bound_of(Failover::api_server_restored, flags)->upper == std::chrono::seconds(1 + 300 + 120 + 1));
  }
  SECTION("and is not guessed where it cannot be") {
    world.runner.on("/var/lib/kubelet/config.yaml", "", 1, "crashLoopBackOff is changed elsewhere");
    const ClusterFlags flags = world.read(topology);
    CHECK(unread(flags, component::member_kubelet).find("changed elsewhere") != std::string::npos);
    CHECK_FALSE(bound_of(Failover::etcd_restored, flags).ok());
    CHECK(bound_of(Failover::api_server_restored, flags).ok());
  }
}

TEST_CASE("an API that does not tell, a Lease that is not there: told with the reason") {
  World world;
  FakeClient refusing;
  refusing.on("GET", "", 403, "forbidden");
  Docker docker(world.runner);
  const ClusterFlags flags = read_flags_in_force(docker, refusing, one_plane(), Interrupt::never());
  CHECK(flags.version.empty());
  for (const char* name : {component::kubelet, component::kube_proxy, component::scheduler_lease})
    CHECK(unread(flags, name).find("403") != std::string::npos);
  CHECK(bound_of(Failover::scheduler_crash, flags).error().message.find("403") != std::string::npos);
  CHECK(bound_of(Failover::etcd_election, flags).ok());  // from the manifest alone
}

TEST_CASE("a load balancer of an unknown kind is told") {
  World world;
  world.runner.forget();
  world.add_manifests(true);
  world.runner.on("/proc/[0-9]*", "traefik\ttraefik\t\n");
  CHECK(unread(world.read(), component::load_balancer).find("neither") != std::string::npos);
}

TEST_CASE("which program balances, and by which file") {
  const auto found = [](const char* processes) { return find_balancer(processes); };
  CHECK(found("nginx\tnginx: master process nginx -g daemon off;\t\n")->path == "/etc/nginx/nginx.conf");
  CHECK(found("nginx\tnginx\t-c\t/etc/n.conf\t\n")->path == "/etc/n.conf");
  // Once it runs, the master has its arguments in its title, and stands behind a worker where that has a lower number.
  const std::string worker = "nginx\tnginx: worker process\t\t\t\n";
  CHECK(found((worker + "nginx\tnginx: master process nginx -c /etc/n.conf -g daemon off;\t\t\n").c_str())->path ==
        "/etc/n.conf");
  CHECK(found("nginx\tnginx: master process nginx -g daemon off; -c/etc/n.conf\t\n")->path == "/etc/n.conf");
  CHECK(found(worker.c_str())->path == "/etc/nginx/nginx.conf");
  CHECK_FALSE(found("nginx\tnginx: master process nginx -c n.conf\t\n").ok());
  CHECK_FALSE(found("nginx\tnginx: master process nginx -c /a\t\nnginx\tnginx: master process nginx -c /b\t\n").ok());
  CHECK(found("envoy\tenvoy\t-c\t/home/envoy/envoy.yaml\t\n")->path == "/home/envoy/cds.yaml");
  CHECK(found("envoy\tenvoy\t-c\t/x/e.yaml\t\nhaproxy\thaproxy\t-f\t/tmp/h.cfg\t\n")->program == "haproxy");
  CHECK_FALSE(found("haproxy\thaproxy\t-f\t/a\t-f\t/b\t\n").ok());
  CHECK_FALSE(found("haproxy\thaproxy\t\n").ok());
  CHECK_FALSE(found("").ok());
}

TEST_CASE("files of a node come framed by their sizes") {
  const auto files = read_node_files("3\n/a\nx\ny0\n/b\n2\n/c\n\n\n", "n");
  REQUIRE(files.ok());
  REQUIRE(files->size() == 3);
  CHECK(files->at(0).content == "x\ny");
  CHECK(files->at(1).content.empty());
  CHECK(files->at(2).content == "\n\n");
  CHECK(read_node_files("", "n")->empty());
  for (const char* bad : {"3", "3\n/a", "9\n/a\nx", "x\n/a\ny", "-1\n/a\n"})
    CHECK_FALSE(read_node_files(bad, "n").ok());
}
