// Manifests and configuration objects, and what is not one.
#include <catch2/catch.hpp>

#include "bounds/kubelet_config.hpp"
#include "bounds/pod_flags.hpp"

using namespace hadrill;
using namespace hadrill::bounds;

namespace {

const std::string kScheduler = R"(apiVersion: v1
kind: Pod
metadata: {name: kube-scheduler, labels: {component: kube-scheduler}}
spec:
  containers:
  - command:
    - kube-scheduler
    - --authentication-kubeconfig=/etc/kubernetes/scheduler.conf
    - --leader-elect=true
    - --leader-elect-lease-duration=20s
    - --leader-elect-retry-period
    - 3s
    image: registry.k8s.io/kube-scheduler:v1.37.2
)";

Result<FlagSource> scheduler(const std::string& text) {
  return read_pod_flags(text, "kube-scheduler", "cp1", "m.yaml");
}

}  // namespace

TEST_CASE("flags of a static pod: only those that a bound is made of") {
  const auto flags = scheduler(kScheduler);
  REQUIRE(flags.ok());
  CHECK(*flags ==
        FlagSource{
            "kube-scheduler",
            "cp1",
            "m.yaml",
            {{"leader-elect", "true"}, {"leader-elect-lease-duration", "20s"}, {"leader-elect-retry-period", "3s"}}});
}

TEST_CASE("flags of a DaemonSet as the API gives it, in args, with a path, the last of several") {
  const auto flags = scheduler(R"({"kind": "DaemonSet", "spec": {"template": {"spec": {"containers": [
    {"command": ["sidecar"]},
    {"command": ["/usr/local/bin/kube-scheduler"], "args": ["--leader-elect", "--leader-elect-lease-duration=1s",
      "--leader-elect-lease-duration=30s"]}]}}}})");
  REQUIRE(flags.ok());
  CHECK(flags->values ==
        std::map<std::string, std::string>{{"leader-elect", "true"}, {"leader-elect-lease-duration", "30s"}});
}

TEST_CASE("a manifest whose flags cannot be told is an error, not an empty one") {
  for (const std::string& bad :
       {std::string(), std::string("just text"), std::string("[1, 2]"), std::string("a: [unclosed"),
        std::string("spec: {}"), std::string("spec: {containers: 7}"),
        std::string("spec: {containers: [{command: [etcd]}]}"), std::string("spec: {containers: [{command: {a: b}}]}"),
        std::string("spec: {template: 7}"),
        std::string("spec: {containers: [{command: [kube-scheduler, '--leader-elect=$(ELECT)']}]}"),
        std::string("spec: {containers: [{command: [kube-scheduler, --config=/etc/s.yaml]}]}"),
        std::string("\0\x01", 2)}) {
    INFO(bad);
    const auto flags = scheduler(bad);
    REQUIRE_FALSE(flags.ok());
    CHECK(flags.error().where == "m.yaml");
  }
  CHECK(scheduler("spec: {containers: [{command: [kube-scheduler, --config=/etc/s.yaml]}]}").error().message ==
        "--config /etc/s.yaml may change every flag, and is not read");
}

TEST_CASE("flags of etcd that lie in a file or in its environment are an error") {
  const auto etcd = [](const std::string& rest) {
    return read_pod_flags("spec: {containers: [{command: [etcd, --election-timeout=1000" + rest + "]}", "etcd", "cp1",
                          "m.yaml");
  };
  const auto trouble = [&etcd](const std::string& rest) {
    const auto flags = etcd(rest);
    INFO(rest);
    REQUIRE_FALSE(flags.ok());
    CHECK(flags.error().kind == ErrorKind::infrastructure);
    return flags.error().message;
  };
  // With such a file etcd heeds no other flag.
  CHECK(trouble(", --config-file=/etc/e.yaml]}") == "--config-file /etc/e.yaml may change every flag, and is not read");
  CHECK(trouble(", -config-file, /etc/e.yaml]}").starts_with("--config-file /etc/e.yaml"));
  CHECK(trouble("], env: [{name: TZ, value: UTC}, {name: ETCD_HEARTBEAT_INTERVAL, value: '500'}]}") ==
        "the environment variable ETCD_HEARTBEAT_INTERVAL may change --heartbeat-interval, and is not read");
  CHECK(trouble("], env: [{name: ETCD_CONFIG_FILE, valueFrom: {configMapKeyRef: {name: a, key: b}}}]}")
            .find("ETCD_CONFIG_FILE") != std::string::npos);
  CHECK(trouble("], envFrom: [{configMapRef: {name: a}}]}") == "envFrom may change every flag, and is not read");
  CHECK(trouble("], env: [{value: x}]}").find("cannot be read") != std::string::npos);
  // What changes no flag that a bound is made of.
  for (const char* fine : {"]}", "], env: [], envFrom: []}", "], env: [{name: ETCD_NAME, value: a}]}",
                           "], env: [{name: HEARTBEAT_INTERVAL, value: '500'}]}"}) {
    INFO(fine);
    const auto flags = etcd(fine);
    REQUIRE(flags.ok());
    CHECK(flags->values == std::map<std::string, std::string>{{"election-timeout", "1000"}});
  }
}

TEST_CASE("of the other components none takes flags from its environment") {
  CHECK(scheduler("spec: {containers: [{command: [kube-scheduler], env: [{name: ETCD_HEARTBEAT_INTERVAL, value: '5'}], "
                  "envFrom: [{configMapRef: {name: a}}]}]}")
            .ok());
}

TEST_CASE("a kubelet's configuration, as /configz gives it and as it stands in a file") {
  const std::map<std::string, std::string> expected{
      {"nodeStatusUpdateFrequency", "10s"}, {"nodeLeaseDurationSeconds", "40"}, {"maxContainerRestartPeriod", "1s"}};
  const auto live = read_kubelet_config(
      R"({"kubeletconfig": {"nodeStatusUpdateFrequency": "10s", "nodeLeaseDurationSeconds": 40,
          "crashLoopBackOff": {"maxContainerRestartPeriod": "1s"}, "port": 10250}})",
      "w1", "/configz");
  REQUIRE(live.ok());
  CHECK(live->values == expected);
  const auto file = read_kubelet_config(
      "kind: KubeletConfiguration\nnodeStatusUpdateFrequency: 10s\nnodeLeaseDurationSeconds: 40\n"
      "crashLoopBackOff: {maxContainerRestartPeriod: 1s}\n",
      "w1", "config.yaml");
  REQUIRE(file.ok());
  CHECK(file->values == expected);
  for (const char* bad : {"", "forbidden", "{}", "kind: Pod", "[1]", "{a: ["}) {
    INFO(bad);
    CHECK_FALSE(read_kubelet_config(bad, "w1", "x").ok());
  }
}

TEST_CASE("kube-proxy's configuration: the time of its mode") {
  const std::string head = "kind: KubeProxyConfiguration\n";
  const auto values = [&head](const std::string& rest) { return read_kube_proxy_config(head + rest, "x")->values; };
  using Values = std::map<std::string, std::string>;
  CHECK(values("mode: nftables\nnftables: {minSyncPeriod: 2s}\niptables: {minSyncPeriod: 9s}\n") ==
        Values{{"mode", "nftables"}, {"minSyncPeriod", "2s"}});
  CHECK(values("mode: ''\niptables: {minSyncPeriod: 1s}\n") == Values{{"minSyncPeriod", "1s"}});
  CHECK(values("iptables: {minSyncPeriod: null}\n") == Values{});
  // 0 is 1 s, but for IPVS.
  for (const char* zero : {"0", "0s", "0m0s"}) {
    INFO(zero);
    const std::string time = std::string("{minSyncPeriod: ") + zero + "}\n";
    CHECK(values("iptables: " + time) == Values{});
    CHECK(values("mode: nftables\nnftables: " + time) == Values{{"mode", "nftables"}});
    CHECK(values("mode: ipvs\nipvs: " + time) == Values{{"mode", "ipvs"}, {"minSyncPeriod", zero}});
  }
  CHECK(values("iptables: {minSyncPeriod: 1ms}\n") == Values{{"minSyncPeriod", "1ms"}});
  CHECK(values("iptables: {minSyncPeriod: soon}\n") == Values{{"minSyncPeriod", "soon"}});
  CHECK_FALSE(read_kube_proxy_config("kind: Pod", "x").ok());
}
