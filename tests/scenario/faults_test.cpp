// The catalogue as scenarios see it: parameters, their defaults and limits, and the roles of each fault.
#include <fmt/format.h>

#include <algorithm>

#include "sample.hpp"
#include "scenario/schema.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

/// A fault with the one problem that its parameters have.
struct Bad {
  std::string fault;
  std::string role;
  std::string more;
  std::string problem;
};

/// The sample with this fault on this role, on lines 10 to 12 of the file.
std::string with_fault(const std::string& fault, const std::string& role, const std::string& more = "") {
  const std::string pod = role == "pod" ? ", namespace: x, labels: {a: b}" : "";
  return sample_with_method(
      fmt::format("  - inject:\n      fault: {}\n      target: {{role: {}{}, select: one}}\n{}"
                  "  - observe: 60s\n",
                  fault, role, pod, more.empty() ? "" : "      " + more + "\n"));
}

Json parameters_of(const std::string& fault, const std::string& role, const std::string& more = "") {
  return std::get<InjectStep>(load_good(with_fault(fault, role, more), {}).method[0]).parameters;
}

/// The problems of a fault; `more` is line 13 of the file.
Lines problems_with(const std::string& fault, const std::string& role, const std::string& more = "") {
  return problems_of(with_fault(fault, role, more), {});
}

}  // namespace

TEST_CASE("defaults of every fault that takes parameters") {
  CHECK(parameters_of("process.kill", "pod") == Json{{"signal", "KILL"}, {"hold", false}, {"ifLeading", false}});
  CHECK(parameters_of("process.kill", "kubelet", "hold: true").at("hold") == true);
  CHECK(parameters_of("network.partition", "worker") ==
        Json{{"peers", "all"}, {"ports", Json::array()}, {"direction", "both"}, {"mode", "drop"}});
  CHECK(parameters_of("network.loss", "control-plane") ==
        Json{{"peers", "all"}, {"ports", Json::array()}, {"direction", "both"}, {"percent", 30}});
  CHECK(parameters_of("network.delay", "worker") ==
        Json{{"peers", "all"}, {"ports", Json::array()}, {"delay", "100ms"}, {"jitter", "0s"}});
  CHECK(parameters_of("network.bandwidth", "worker", "kilobitsPerSecond: 0x200") == Json{{"kilobitsPerSecond", 512}});
  CHECK(parameters_of("disk.slow", "etcd") == Json{{"delay", "500ms"}, {"way", "throttle"}});
  CHECK(parameters_of("cpu.stress", "worker") == Json{{"cpus", 1}});
  CHECK(parameters_of("etcd.snapshot-restore", "etcd") == Json{{"age", "30s"}});
  CHECK(parameters_of("node.drain", "worker") == Json{{"timeout", "2m"}});
  CHECK(parameters_of("pod.delete", "pod") == Json{{"force", false}});
  CHECK(parameters_of("certificate.expire", "etcd") == Json{{"certificate", "serving"}});
  CHECK(parameters_of("lb.kill", "load-balancer") == Json::object());
}

TEST_CASE("a component role means its ports, unless others are given") {
  CHECK(parameters_of("network.partition", "apiserver").at("ports") == Json{6443});
  CHECK(parameters_of("network.loss", "etcd").at("ports") == Json{2379, 2380});
  CHECK(parameters_of("network.delay", "etcd", "ports: [2380]").at("ports") == Json::array({2380}));
  CHECK(parameters_of("network.delay", "etcd", "ports: []").at("ports") == Json::array());
}

TEST_CASE("parameters are taken as written, durations in their shortest form") {
  CHECK(parameters_of("network.partition", "etcd",
                      "peers: etcd-members\n      direction: in\n      mode: reject\n      ports: [1, 65535]") ==
        Json{{"peers", "etcd-members"}, {"ports", {1, 65535}}, {"direction", "in"}, {"mode", "reject"}});
  CHECK(parameters_of("network.partition", "worker", "peers: [control-planes, load-balancer, n1]").at("peers") ==
        Json{"control-planes", "load-balancer", "n1"});
  CHECK(parameters_of("network.loss", "worker", "peers: [a, b.c]\n      percent: 12.5") ==
        Json{{"peers", {"a", "b.c"}}, {"ports", Json::array()}, {"direction", "both"}, {"percent", 12.5}});
  const Json delay = parameters_of("network.delay", "worker", "delay: 0.5s\n      jitter: 500000us");
  CHECK(delay.at("delay") == "500ms");
  CHECK(delay.at("jitter") == "500ms");
  CHECK(parameters_of("cpu.stress", "worker", "cpus: 0.1") == Json{{"cpus", 0.1}});
  CHECK(parameters_of("certificate.expire", "apiserver", "certificate: kubelet-client") ==
        Json{{"certificate", "kubelet-client"}});
}

TEST_CASE("parameters out of their limits") {
  const std::vector<Bad> table = {
      {"process.kill", "etcd", "hold: yes", "13:13: hold is \"yes\"; expected true or false"},
      {"network.loss", "worker", "percent: 0.5", "13:16: percent is 0.5; allowed: 1 to 100"},
      {"network.loss", "worker", "percent: 101", "13:16: percent is 101; allowed: 1 to 100"},
      {"network.loss", "worker", "percent: 30%", "13:16: percent is \"30%\"; expected a number"},
      {"network.loss", "worker", "mode: drop",
       "13:7: unknown key \"mode\"; allowed: fault, target, ttl, expect, overlap, peers, ports, direction, percent"},
      {"network.delay", "worker", "delay: 999us", "13:14: delay is 999us; allowed: 1ms to 10s"},
      {"network.delay", "worker", "delay: 11s", "13:14: delay is 11s; allowed: 1ms to 10s"},
      {"network.delay", "worker", "delay: 100", "13:14: delay is 100, a number; write a unit, e.g. 100s"},
      {"network.delay", "worker", "jitter: 11s", "13:15: jitter is 11s; allowed: 0s to 10s"},
      {"network.delay", "worker", "jitter: 200ms",
       "13:15: jitter is 200ms, longer than the delay of 100ms (the default); allowed: at most the delay"},
      {"network.delay", "worker", "delay: 1s\n      jitter: 1.1s",
       "14:15: jitter is 1s100ms, longer than the delay of 1s; allowed: at most the delay"},
      {"network.partition", "worker", "peers: worker",
       "13:14: unknown peers \"worker\"; did you mean \"workers\"? allowed: all, control-planes, workers, "
       "load-balancer, node-load-balancer, etcd-members"},
      {"network.partition", "worker", "peers: []", "13:14: peers has 0 entries; allowed: at least 1"},
      {"network.partition", "worker", "peers: [a, b, a]",
       "13:21: peers[2] is \"a\", which is in the list already; keep one"},
      {"network.partition", "worker", "peers: [workers, n1, workers]",
       "13:28: peers[2] is \"workers\", which is in the list already; keep one"},
      {"network.partition", "worker", "peers: 5",
       "13:14: peers is 5; expected one of all, control-planes, workers, load-balancer, node-load-balancer, "
       "etcd-members, or a list of these and of node names"},
      {"network.partition", "worker", "ports: 80", "13:14: ports is 80; expected a list of ports such as [2380]"},
      {"network.partition", "worker", "ports: [0]", "13:15: ports[0] is 0; allowed: 1 to 65535"},
      {"network.partition", "worker", "ports: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]",
       "13:14: ports has 16 entries; allowed: at most 15"},
      {"network.partition", "worker", "direction: up", "13:18: unknown direction \"up\"; allowed: both, in, out"},
      {"network.bandwidth", "worker", "", "11:7: missing key \"kilobitsPerSecond\"; expected a whole number of kbit/s"},
      {"network.bandwidth", "worker", "kilobitsPerSecond: 7", "13:26: kilobitsPerSecond is 7; allowed: 8 to 10000000"},
      {"network.bandwidth", "worker", "kilobitsPerSecond: 8.5",
       "13:26: kilobitsPerSecond is 8.5; expected a whole number of kbit/s"},
      {"disk.slow", "etcd", "delay: 0s", "13:14: delay is 0s; allowed: 1ms to 10s"},
      {"etcd.snapshot-restore", "etcd", "age: 11m", "13:12: age is 11m; allowed: 1s to 10m"},
      {"node.drain", "worker", "timeout: 16m", "13:16: timeout is 16m; allowed: 1s to 15m"},
      {"node.drain", "worker", "timeout: 30", "13:16: timeout is 30, a number; write a unit, e.g. 30s"},
      {"pod.delete", "pod", "force: 1", "13:14: force is 1; expected true or false"},
      {"cpu.stress", "worker", "cpus: 0", "13:13: cpus is 0; allowed: 0.1 to 256"},
      {"certificate.expire", "etcd", "certificate: kubelet-client",
       "13:20: certificate is \"kubelet-client\"; allowed for etcd: serving, peer"},
      {"certificate.expire", "apiserver", "certificate: peer",
       "13:20: certificate is \"peer\"; allowed for apiserver: serving, etcd-client, kubelet-client"},
      {"certificate.expire", "apiserver", "certificate: pear",
       "13:20: unknown certificate \"pear\"; did you mean \"peer\"? allowed: serving, etcd-client, kubelet-client, "
       "peer"},
      {"disk.lose", "pod", "path: data", "13:13: path is \"data\"; expected the path of a mount such as /data"},
      {"lb.kill", "load-balancer", "signal: KILL",
       "13:7: unknown key \"signal\"; allowed: fault, target, ttl, expect, overlap"},
  };
  for (const Bad& bad : table) {
    INFO(bad.fault << " " << bad.more);
    CHECK(problems_with(bad.fault, bad.role, bad.more) == Lines{bad.problem});
  }
}

TEST_CASE("steps of the clock are refused, whoever could do them") {
  const Lines refused{
      "11:14: clock.step is refused: all nodes of a kind cluster share one kernel clock, so a step would hit every "
      "node, the harness and the machine itself at once"};
  CHECK(problems_with("clock.step", "worker", "by: 1s") == refused);
  CHECK(problems_of(with_fault("clock.step", "worker")) == refused);
  CHECK(problems_of(with_fault("clock.step", "worker"), {{"clock.step"}, {}}) == refused);
}

TEST_CASE("what this build can do decides, not what the format knows") {
  CHECK(problems_of(with_fault("disk.full", "etcd")) ==
        Lines{"11:14: unknown fault \"disk.full\"; allowed: process.kill, process.pause"});
}

TEST_CASE("every fault on every role: done or refused with what would be right") {
  const Json& roles = scenario_format().schema().at("definitions").at("target").at("properties").at("role").at("enum");
  for (const Json& entry : json_array(scenario_format().schema(), "/definitions/inject/allOf")) {
    const std::string fault = json_text(entry, "/if/properties/fault/const");
    if (fault == "clock.step") continue;
    const auto allowed = fault_schema(fault).at("x-roles").get<std::vector<std::string>>();
    for (const auto& role : roles.get<std::vector<std::string>>()) {
      INFO(fault << " on " << role);
      const std::string more = fault == "network.bandwidth" ? "kilobitsPerSecond: 8"
                               : fault == "disk.lose"       ? "path: /data"
                                                            : "";
      const bool good = std::find(allowed.begin(), allowed.end(), role) != allowed.end();
      CHECK(problems_with(fault, role, more) ==
            (good ? Lines{}
                  : Lines{fmt::format("12:22: {} is not possible on role {}; allowed: {}", fault, role,
                                      fmt::join(allowed, ", "))}));
    }
  }
}
