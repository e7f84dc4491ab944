// The resolved form loads again to an equal scenario.
#include <fmt/format.h>

#include <random>

#include "sample.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

void check_round_trip(const std::string& text) {
  const Scenario scenario = load_good(text, {});  // every fault, not those of one build
  const std::string resolved = resolved_yaml(scenario);
  INFO(resolved);
  const Scenario again = load_good(resolved, {});
  CHECK(again == scenario);
  CHECK(resolved_yaml(again) == resolved);
}

const std::vector<std::string> kFaults = {
    "fault: process.kill, target: {role: etcd, select: leader}",
    "fault: process.kill, target: {role: pod, namespace: a, labels: {x.io/y: '1', z: ''}, select: {fixed: 3}}, hold: "
    "true",
    "fault: process.pause, target: {role: scheduler, select: {holder-of: kube-scheduler}}",
    "fault: network.partition, target: {role: etcd, select: {node: '1'}}, peers: ['1', b], mode: reject",
    "fault: network.loss, target: {role: worker, select: {node: a.b_c}}, percent: 33.333333, ports: [80, 443]",
    "fault: node.pause, target: {role: worker, namespace: a, labels: {b: c}, select: {nth: 2}}",
    "fault: network.delay, target: {role: control-plane, select: all}, delay: 0.05s, jitter: 1us",
    "fault: network.bandwidth, target: {role: worker, select: one}, kilobitsPerSecond: 8",
    "fault: cpu.stress, target: {role: worker, select: one}, cpus: 2.5",
    "fault: certificate.expire, target: {role: apiserver, select: one}, certificate: etcd-client",
    "fault: calibration, target: {role: load-balancer, select: one}"};

/// A random good scenario.
std::string random_scenario(std::mt19937& random) {
  const auto any = [&random](std::vector<std::string> of) { return of[random() % of.size()]; };
  std::string text = fmt::format(
      "apiVersion: hadrill/v1\nkind: Scenario\nmetadata: {{name: {}, description: {}}}\ntopology: stacked\n",
      any({"a", "'1'", "'true'", "a-b", "'-'", "'1e5'"}),
      any({"''", "\"a\\tb\\n\\\"c\\\" \\\\\"", "'# no: comment'", "\"\\u2028\\U0001F600\\P\"", "' x '",
           "|\n  a\n  b\n"}));
  if (text.find('|') != std::string::npos) text = kSample.substr(0, kSample.find("probers"));
  if (text.find("steadyState") == std::string::npos)
    text += any({"", "steadyState: {hold: 1m}\n", "steadyState: {leaders: together}\n",
                 "steadyState: {hold: 0s, leaders: anywhere}\n"});
  const int probers = 1 + static_cast<int>(random() % 4);
  text += "probers:\n";
  for (int i = 0; i < probers; ++i) {
    text += fmt::format("  - {{name: p{}, through: {}, connection: {}, period: {}}}\n", i,
                        i == 0 ? "load-balancer" : any({"load-balancer", "each-api-server"}), any({"new", "reused"}),
                        any({"10ms", "33.333ms", "1s500us", "10s", "0.05s"}));
  }
  text +=
      any({"", "  - standard\n", "  - standard\n  - {name: api.list, switch: off}\n  - {name: api.write, period: 1s}\n",
           "  - {name: w, through: each-api-server, operation: watch}\n"});
  text += "method:\n";
  const int steps = static_cast<int>(random() % 4);
  for (int i = 0; i < steps; ++i) {
    text += fmt::format("  - id: i{}\n    inject: {{{}{}}}\n", i, any(kFaults),
                        any({"", ", ttl: 1h", ", overlap: allowed", ", expect: quorum-loss"}));
    if (random() % 2 == 0) text += "  - observe: 1.5s\n";
    if (random() % 2 == 0) text += fmt::format("  - heal: i{}\n", i);
  }
  text += fmt::format("  - observe: {}\n", any({"1ms", "1m", "{for: 1.5s}"}));
  text += fmt::format("  - observe: {}\n", any({"{until: recovered, timeout: 9m}",
                                                "{until: recovered, atLeast: 1s, timeout: 1m, onTimeout: continue}"}));
  text += any({"", "stopConditions: []\n", "stopConditions:\n  - {when: etcd.quorum-lost, for: 1.5s}\n"});
  text += fmt::format("slo:\n  - {{sli: p0.availability, budget: {}%}}\n",
                      any({"0", "100", "99.9", "99.999999", "0.000001", "33.333333", "57", "28.7"}));
  return text + fmt::format("  - {{sli: {}, budget: {}}}\n", any({"api.total_outage", "redundancy.restored"}),
                            steps > 0 ? any({"'0'", "0s", "1us", "1h", "4.999999s", "auto"}) : "0s");
}

}  // namespace

TEST_CASE("every default is written out") {
  CHECK(resolved_yaml(load_good(sample_with(", signal: TERM", ""))) ==
        R"(apiVersion: hadrill/v1
kind: Scenario
metadata: {name: sample, description: "A sample", tags: [one, two]}
topology: stacked
steadyState: {hold: 20s}
probers:
  - {name: api.new, through: load-balancer, operation: read, connection: new, period: 100ms, deadline: 1s, timeout: 10s}
  - {name: api.direct, through: each-api-server, operation: read, connection: reused, period: 200ms, deadline: 1s, timeout: 10s}
method:
  - {id: kill, inject: {fault: process.kill, target: {role: etcd, select: one}, ttl: 3m, overlap: refused, signal: KILL, hold: false, ifLeading: false}}
  - {id: step-2, observe: {for: 1m}}
slo:
  - {sli: api.new.longest_outage, budget: 5s}
stopConditions: []
)");
}

TEST_CASE("resolved scenarios load to the same scenario") {
  check_round_trip(kSample);
  std::mt19937 random(1);  // NOLINT: the same inputs each time
  for (int i = 0; i < 300; ++i) check_round_trip(random_scenario(random));
}
