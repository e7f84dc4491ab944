// What bad files are told, word by word and at which place.
#include <fmt/format.h>

#include "sample.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

/// One edit of the sample and the one problem that it makes.
struct Bad {
  std::string from;
  std::string to;
  std::string problem;
};

void check_all(const std::vector<Bad>& table) {
  for (const Bad& bad : table) {
    INFO(bad.from << " -> " << bad.to);
    CHECK(problems_of(sample_with(bad.from, bad.to)) == Lines{bad.problem});
  }
}

const std::string kProberKeys = "name, through, operation, connection, period, deadline, timeout, service, switch";

}  // namespace

TEST_CASE("head of the file") {
  check_all({
      {"hadrill/v1", "hadrill/v2", "1:13: apiVersion is \"hadrill/v2\"; allowed: hadrill/v1"},
      {"kind: Scenario", "kind: Suite", "2:7: kind is \"Suite\"; allowed: Scenario"},
      {"kind: Scenario\n", "", "1:1: missing key \"kind\"; expected Scenario"},
      {"kind: Scenario", "kind: Scenario\nnote: x",
       "3:1: unknown key \"note\"; allowed: apiVersion, kind, metadata, topology, steadyState, probers, method, slo, "
       "stopConditions"},
      {"name: sample", "name: My Sample", "3:18: name is \"My Sample\"; expected lower-case letters, digits and -"},
      {"name: sample", "name: ''", "3:18: name is \"\"; expected lower-case letters, digits and -"},
      {"name: sample", "name: 7",
       "3:18: name is 7; expected lower-case letters, digits and -; if it is meant, quote it: \"7\""},
      {"name: sample", "name: " + std::string(64, 'x'), "3:18: name has 64 characters; allowed: at most 63"},
      {"name: sample, ", "", "3:11: missing key \"name\"; expected lower-case letters, digits and -"},
      {"[one, two]", "[one, 2024]",
       "3:63: tags[1] is 2024; expected letters, digits, ., _ and -; if it is meant, quote it: \"2024\""},
      {"[one, two]", "one", "3:57: tags is \"one\"; expected a list of words"},
      {"tags:", "tag:", "3:51: unknown key \"tag\"; did you mean \"tags\"? allowed: name, description, tags"},
      {"topology: stacked", "topology: staked",
       "4:11: unknown topology \"staked\"; did you mean \"stacked\"? allowed: stacked, external-etcd"},
      {"hold: 20s", "hold: 15", "5:21: hold is 15, a number; write a unit, e.g. 15s"},
      {"hold: 20s", "hold: 15 s", "5:21: hold is \"15 s\"; expected a duration such as 1m30s, 15s or 250ms"},
      {"hold: 20s", "hold: 1.0000001s", "5:21: hold is \"1.0000001s\"; the finest step is 1us"},
      {"hold: 20s", "hold: 2h", "5:21: hold is 2h; allowed: 0s to 1h"},
      {"hold: 20s", "hold:", "5:15: hold is empty; expected a duration such as 1m30s, 15s or 250ms"},
      {"{hold: 20s}", "20s", "5:14: steadyState is \"20s\"; expected a mapping with keys hold, leaders"},
      {"hold: 20s", "leaders: together_",
       "5:24: unknown leaders \"together_\"; did you mean \"together\"? allowed: anywhere, together"},
  });
}

TEST_CASE("probers") {
  check_all({
      {"name: api.direct", "name: api.new", "8:12: name \"api.new\" is taken by probers[0]; choose another name"},
      {"through: load-balancer", "through: loadbalancer",
       "7:30: unknown through \"loadbalancer\"; did you mean \"load-balancer\"? allowed: load-balancer, "
       "each-api-server, each-etcd-member, cluster-ip, service, node-load-balancer, each-node-port, each-pod, "
       "controllers, "
       "local-echo"},
      {"connection: new", "connection: old", "7:57: unknown connection \"old\"; allowed: new, reused"},
      {"period: 100ms", "perod: 100ms",
       "7:62: unknown key \"perod\"; did you mean \"period\"? allowed: " + kProberKeys},
      {", period: 100ms", "", "7:5: missing key \"period\"; expected a duration such as 1m30s, 15s or 250ms"},
      {"100ms", "9ms", "7:70: period is 9ms; allowed: 10ms to 10s"},
      {"100ms", "11s", "7:70: period is 11s; allowed: 10ms to 10s"},
      {"100ms", "100ms, deadline: 0s", "7:87: deadline is 0s; allowed: 1ms to 1m"},
      {"100ms", "100ms, timeout: 500ms",
       "7:86: timeout is 500ms, shorter than the deadline of 1s; allowed: at least the deadline"},
      {"100ms", "100ms, deadline: 11s",
       "7:87: timeout is 10s (the default), shorter than the deadline of 11s; allowed: at least the deadline"},
      {"100ms", "100ms, timeout: 2m", "7:86: timeout is 2m; allowed: 1ms to 1m"},
      {"100ms", "100ms, operation: health",
       "7:88: operation health is not possible through load-balancer; allowed: read, cached-read, list, write, readyz, "
       "watch"},
      {"probers:\n", "probers:\n  - {name: w, through: load-balancer, operation: watch, period: 1s}\n",
       "7:65: a watch has no period: it is one stream; leave it out"},
      {"100ms", "100ms, switch: maybe", "7:85: unknown switch \"maybe\"; allowed: on, off"},
      {"probers:\n", "probers:\n  - standart\n",
       "7:5: unknown probers[0] \"standart\"; did you mean \"standard\"? allowed: standard"},
      {"probers:\n", "probers:\n  - {name: x, through: each-etcd-member, operation: watch}\n",
       "7:24: operation watch is not possible through each-etcd-member; allowed: load-balancer, each-api-server"},
      {"probers:\n", "probers:\n  - {name: x, through: each-node-port, connection: new, period: 1s}\n",
       "7:5: missing key \"service\"; expected a mapping such as {namespace: shop, name: cart, port: http, path: "
       "/healthz}"},
      {"100ms", "100ms, service: {namespace: a, name: b, port: c}",
       "7:86: service is for probers through service, node-load-balancer, each-node-port or each-pod, this one goes "
       "through "
       "load-balancer; leave it out"},
  });
}

TEST_CASE("a prober that is not standard says all that only its author can know") {
  CHECK(problems_of(sample_with("probers:\n", "probers:\n  - {name: mine}\n")) ==
        Lines{"7:5: missing key \"through\"; expected one of load-balancer, each-api-server, each-etcd-member, "
              "cluster-ip, service, node-load-balancer, each-node-port, each-pod, controllers, local-echo",
              "7:5: missing key \"connection\"; expected one of new, reused",
              "7:5: missing key \"period\"; expected a duration such as 1m30s, 15s or 250ms"});
}

TEST_CASE("a scenario needs a prober that is on") {
  std::string text = sample_with("  - {name: api.new, through: load-balancer, connection: new, period: 100ms}\n", "");
  const std::string direct = "  - {name: api.direct, through: each-api-server, connection: reused, period: 200ms}\n";
  text.replace(text.find(direct), direct.size(), "  - {name: api.read.new, switch: off}\n");
  text.replace(text.find("api.new.longest_outage"), 22, "redundancy.restored");
  CHECK(problems_of(text) == Lines{"7:3: no prober is on; allowed: at least one, beside those of the controllers"});
}

TEST_CASE("inject steps") {
  check_all({
      {"process.kill", "process.kil",
       "11:21: unknown fault \"process.kil\"; did you mean \"process.kill\"? allowed: process.kill, process.pause"},
      {"process.kill", "process.pause", "11:71: unknown key \"signal\"; allowed: fault, target, ttl, expect, overlap"},
      {"role: etcd", "role: etdc",
       "11:50: unknown role \"etdc\"; allowed: apiserver, etcd, controller-manager, scheduler, kubelet, containerd, "
       "control-plane, worker, load-balancer, node-load-balancer, pod"},
      {"select: one", "select: leadr",
       "11:64: unknown select \"leadr\"; did you mean \"leader\"? allowed: one, all, "
       "leader, follower"},
      {"select: one", "select: 'fixed: 2'", "11:64: unknown select \"fixed: 2\"; allowed: one, all, leader, follower"},
      {"select: one", "select: 2",
       "11:64: select is 2; expected one of one, all, leader, follower, {fixed: N}, {nth: N}, {node: NAME}, "
       "{holder-of: LEASE}"},
      {"select: one", "select: {fixed: 0}", "11:72: fixed is 0; allowed: 1 to 99"},
      {"select: one", "select: {fixed: 2.5}", "11:72: fixed is 2.5; expected a whole number"},
      {"select: one", "select: {fixed: 1, node: x}",
       "11:64: select has fixed and node; expected one of one, all, leader, follower, {fixed: N}, {nth: N}, {node: "
       "NAME}, "
       "{holder-of: LEASE}"},
      {"select: one", "select: {nod: x}",
       "11:65: unknown key \"nod\"; did you mean \"node\"? allowed: fixed, nth, node, holder-of"},
      {"role: etcd, select: one", "role: apiserver, select: leader",
       "11:69: select is \"leader\", but API servers have no leader, all of them serve; allowed for apiserver: one, "
       "all, "
       "{fixed: N}, {nth: N}, {node: NAME}, {holder-of: LEASE}"},
      {"role: etcd, select: one", "role: apiserver, select: follower",
       "11:69: select is \"follower\", but API servers have no leader, all of them serve; allowed for apiserver: one, "
       "all, "
       "{fixed: N}, {nth: N}, {node: NAME}, {holder-of: LEASE}"},
      {"signal: TERM", "signal: KIL",
       "11:78: unknown signal \"KIL\"; did you mean \"KILL\"? allowed: KILL, TERM, INT, QUIT, ABRT, SEGV, HUP"},
      {"signal: TERM", "signal: 9", "11:78: signal is 9; expected one of KILL, TERM, INT, QUIT, ABRT, SEGV, HUP"},
      {"signal: TERM", "sginal: TERM",
       "11:70: unknown key \"sginal\"; did you mean \"signal\"? allowed: fault, target, ttl, expect, overlap, "
       "signal, hold, ifLeading"},
      {"target: {role: etcd, select: one}, ", "",
       "11:13: missing key \"target\"; expected a mapping such as {role: etcd, select: leader}"},
  });
}

TEST_CASE("targets: what a role and a selector have to do with each other") {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"role: control-plane, select: leader",
       "11:72: select is \"leader\", but a control-plane has no leader of its own; write {holder-of: LEASE}, e.g. "
       "{holder-of: kube-scheduler}, or aim at role etcd for its leader; allowed for control-plane: one, all, {fixed: "
       "N}, {nth: N}, {node: NAME}, {holder-of: LEASE}"},
      {"role: load-balancer, select: follower",
       "11:72: select is \"follower\", but there is one load balancer; allowed for load-balancer: one, all, {fixed: "
       "N}, {nth: N}, "
       "{node: NAME}"},
      {"role: load-balancer, select: {holder-of: x}",
       "11:72: select is \"holder-of: x\", but the holder of a Lease tells a node, and only what each node runs once; "
       "allowed for load-balancer: one, all, {fixed: N}, {nth: N}, {node: NAME}"},
      {"role: pod, namespace: x, labels: {a: b}, select: leader",
       "11:92: select is \"leader\", but pods have no leader that could be told; allowed for pod: one, all, {fixed: "
       "N}, {nth: N}, "
       "{node: NAME}"},
      {"role: etcd, select: {holder-of: Kube_Scheduler}",
       "11:75: holder-of is \"Kube_Scheduler\"; expected the name of a Lease such as kube-scheduler"},
      {"role: pod, labels: {a: b}, select: one",
       "11:42: missing key \"namespace\" for role pod; expected e.g. {role: pod, namespace: kube-system, labels: "
       "{k8s-app: kube-dns}, select: one}"},
      {"role: pod, namespace: x, select: one",
       "11:42: missing key \"labels\" for role pod; expected e.g. {role: pod, namespace: kube-system, labels: "
       "{k8s-app: kube-dns}, select: one}"},
      {"role: etcd, namespace: x, select: one",
       "11:55: key \"namespace\" is for the roles pod, control-plane and worker only, the role is etcd; leave it out"},
      {"role: worker, labels: {a: b}, select: one",
       "11:42: missing key \"namespace\" for role worker told by its pods; expected e.g. {role: worker, namespace: "
       "kube-system, labels: {k8s-app: kube-dns}, select: one}"},
      {"role: control-plane, namespace: x, select: one",
       "11:42: missing key \"labels\" for role control-plane told by its pods; expected e.g. {role: control-plane, "
       "namespace: kube-system, labels: {k8s-app: kube-dns}, select: one}"},
      {"role: pod, namespace: X, labels: {a: b}, select: one",
       "11:65: namespace is \"X\"; expected the name of a namespace"},
      {"role: pod, namespace: x, labels: {}, select: one", "11:76: labels has 0 entries; allowed: 1 to 16"},
      {"role: pod, namespace: x, labels: a, select: one",
       "11:76: labels is \"a\"; expected a mapping such as {k8s-app: kube-dns}"},
      {"role: pod, namespace: x, labels: {a b: c}, select: one",
       "11:77: key \"a b\"; expected the name of a label such as k8s-app"},
      {"role: pod, namespace: x, labels: {a: 1}, select: one",
       "11:80: a is 1; expected the value of a label; if it is meant, quote it: \"1\""},
      {"role: pod, namespace: x, labels: {a: b c}, select: one", "11:80: a is \"b c\"; expected the value of a label"},
  };
  for (const auto& [target, problem] : table) {
    INFO(target);
    // A fault that has no entry in the schema can be done to any role.
    const std::string step = fmt::format("  - id: x\n    inject: {{fault: calibration, target: {{{}}}}}\n", target);
    CHECK(problems_of(sample_with_method(step + "  - observe: 60s\n"), {}) == Lines{problem});
  }
}

TEST_CASE("observe steps and the shape of the method") {
  check_all({
      {"observe: 60s", "observe: 60", "12:14: observe is 60, a number; write a unit, e.g. 60s"},
      {"observe: 60s", "observe: 0s", "12:14: observe is 0s; allowed: 1ms to 1h"},
      {"observe: 60s", "observe: 2h", "12:14: observe is 2h; allowed: 1ms to 1h"},
      {"observe: 60s", "observe: [60s]",
       "12:14: observe is a list; expected a duration such as 60s, {for: 60s} or {until: recovered, timeout: 2m}"},
      {"observe: 60s", "observe: {until: recovered}",
       "12:14: missing key \"timeout\"; expected a duration such as 1m30s, 15s or 250ms"},
      {"observe: 60s", "observe: {until: healed, timeout: 1m}", "12:22: unknown until \"healed\"; allowed: recovered"},
      {"observe: 60s", "observe: {until: recovered, timeout: 1m, atLeast: 2m}",
       "12:55: atLeast is 2m, longer than the timeout of 1m; allowed: at most the timeout"},
      {"observe: 60s", "observe: {until: recovered, timeout: 1m, onTimeout: stop}",
       "12:57: unknown onTimeout \"stop\"; allowed: fail, continue"},
      {"observe: 60s", "observe: {for: 1m, timeout: 1m}", "12:24: unknown key \"timeout\"; allowed: for"},
      {"observe: 60s", "observe: {}",
       "12:14: observe has neither for nor until; expected a duration such as 60s, {for: 60s} or {until: recovered, "
       "timeout: 2m}"},
      {"observe: 60s", "obsrve: 60s",
       "12:5: unknown key \"obsrve\"; did you mean \"observe\"? allowed: id, inject, observe, heal"},
      {"observe: 60s", "{}",
       "12:5: method[1] has neither inject nor observe nor heal; expected a step with exactly one of "
       "inject, observe, heal"},
      {"observe: 60s", "{observe: 60s, inject: {}}",
       "12:5: method[1] has inject and observe; expected a step with exactly one of inject, observe, heal"},
      {"observe: 60s", "{id: kill, observe: 60s}", "12:10: id \"kill\" is taken by method[0]; choose another id"},
      {"id: kill", "id: step-2", "12:5: id \"step-2\" is taken by method[0]; choose another id"},
      {"  - observe: 60s\n", "",
       "10:5: no observe step follows the last inject, so nothing would be measured; add one, "
       "e.g. - observe: {until: recovered, timeout: 2m}"},
      {"observe: 60s", "{observe: 59m50s}",
       "10:3: the scenario may take 1h10s of hold and observe time; allowed: at most 1h"},
  });
}

TEST_CASE("SLOs") {
  const std::string kinds =
      "allowed: redundancy.restored, nodes.not_ready, nodes.others_not_ready, pods.removed, pods.replaced, or "
      "PROBER.longest_outage, "
      "PROBER.total_outage, PROBER.availability, PROBER.served_again with PROBER "
      "one of "
      "api, api.new, api.direct, or LEADER.failover, LEADER.work, LEADER.others_led with LEADER one of etcd, "
      "controller-manager, "
      "scheduler";
  check_all({
      {"api.new.longest_outage", "api.nwe.longest_outage",
       "14:11: unknown sli \"api.nwe.longest_outage\"; did you mean \"api.new.longest_outage\"? " + kinds},
      {"api.new.longest_outage", "outage", "14:11: unknown sli \"outage\"; " + kinds},
      {"api.new.longest_outage", "etcd.work",
       "14:11: sli \"etcd.work\" needs a prober that sees the work: one with operation write"},
      {"api.new.longest_outage", "scheduler.work",
       "14:11: sli \"scheduler.work\" needs a prober that sees the work: one with operation scale"},
      {"api.new.longest_outage", "nodes.not_ready",
       "14:11: sli \"nodes.not_ready\" needs a fault that hits a node: of role worker, control-plane, kubelet or "
       "containerd"},
      {"api.new.longest_outage, budget: 5s", "etcd.others_led, budget: auto",
       "14:36: budget is auto, but etcd.others_led is about what a fault must not do: no flag bounds that; write 0s"},
      {"api.new.longest_outage", "nodes.others_not_ready",
       "14:11: sli \"nodes.others_not_ready\" needs a prober with a service: only where one is asked, nodes and its "
       "pods are watched"},
      {"budget: 5s", "budget: 5", "14:43: budget is 5, a number; write a unit: 5s for a time, 5% for an availability"},
      {"longest_outage, budget: 5s", "availability, budget: auto",
       "14:41: budget is auto; flags bound times, not shares: write a percentage, e.g. 99.9%"},
      {"budget: 5s", "budget: 99%",
       "14:43: budget is \"99%\"; expected a duration for api.new.longest_outage, e.g. 5s"},
      {"longest_outage, budget: 5s", "availability, budget: 5s",
       "14:41: budget is \"5s\"; expected a percentage for an availability, 0% to 100% with at most six decimals, e.g. "
       "99.9%"},
      {"longest_outage, budget: 5s", "availability, budget: 101%",
       "14:41: budget is \"101%\"; expected a percentage for an availability, 0% to 100% with at most six decimals, "
       "e.g. "
       "99.9%"},
      {"budget: 5s}\n", "budget: 5s}\n  - {sli: api.new.longest_outage, budget: 6s}\n",
       "15:11: sli \"api.new.longest_outage\" has a budget already; keep one"},
  });
}

TEST_CASE("probers that are one per node have SLIs where somebody may ask them, and none where nobody does") {
  const std::string text = sample_with("api.new.longest_outage", "api.direct.longest_outage");
  CHECK(load_good(text).slos[0].sli == SliRef{SliRef::Kind::longest_outage, "api.direct", "api.direct.longest_outage"});
  for (const auto& [path, what] : {std::pair("each-etcd-member", "etcd member"), std::pair("each-pod", "pod")}) {
    std::string other = text;
    other.replace(other.find("each-api-server"), 15, path);
    const Lines problems = problems_of(other);
    INFO(path);
    CHECK(std::any_of(problems.begin(), problems.end(), [what = what](const std::string& line) {
      return line.find(std::string("is one prober per ") + what + " and has no outage of its own") != std::string::npos;
    }));
  }
}

TEST_CASE("nodes and pods are told of only where a prober asks a Service") {
  std::string text = sample_with("role: etcd", "role: kubelet");
  text.replace(text.find("api.new.longest_outage"), 22, "pods.removed");
  CHECK(problems_of(text) ==
        Lines{"14:11: sli \"pods.removed\" needs a prober with a service: only where one is asked, "
              "nodes and its pods are watched"});
}

TEST_CASE("a budget that follows from flags needs something that is broken") {
  std::string text = sample_with_method("  - observe: 60s\n");
  text.replace(text.find("budget: 5s"), 10, "budget: auto");
  CHECK(problems_of(text) ==
        Lines{"12:43: budget is auto, but no step breaks anything: there is no failover that could have bounds"});
}

TEST_CASE("api is no name for a prober") {
  CHECK(
      problems_of(sample_with("name: api.new", "name: api")) ==
      Lines{"7:12: name is \"api\", which means all probers through the load balancer; choose another name",
            "14:11: unknown sli \"api.new.longest_outage\"; did you mean \"api.direct.longest_outage\"? allowed: "
            "redundancy.restored, nodes.not_ready, nodes.others_not_ready, pods.removed, pods.replaced, or "
            "PROBER.longest_outage, "
            "PROBER.total_outage, PROBER.availability, PROBER.served_again with PROBER one of api.direct, or "
            "LEADER.failover, LEADER.work, LEADER.others_led with LEADER one of etcd, controller-manager, scheduler"});
}

TEST_CASE("where nobody is a user, only SLIs of the cluster are left") {
  std::string text =
      sample_with("  - {name: api.direct, through: each-api-server, connection: reused, period: 200ms}\n", "");
  text.replace(text.find("through: load-balancer"), 22, "through: local-echo");
  CHECK(problems_of(text) ==
        Lines{"13:11: sli \"api.new.longest_outage\" is about api.new, which shows the harness's own noise; allowed: a "
              "prober through the load balancer, or api for all of them"});
  text.replace(text.find("api.new.longest_outage"), 22, "other.longest_outage");
  CHECK(problems_of(text) ==
        Lines{"13:11: unknown sli \"other.longest_outage\"; allowed: redundancy.restored, nodes.not_ready, "
              "nodes.others_not_ready, pods.removed, pods.replaced, etcd.failover, controller-manager.failover, "
              "scheduler.failover, etcd.work, "
              "controller-manager.work, scheduler.work, etcd.others_led, controller-manager.others_led, "
              "scheduler.others_led; "
              "all others need a prober through the load balancer"});
}

TEST_CASE("empty lists, and lists that are too long") {
  CHECK(problems_of("apiVersion: hadrill/v1\nkind: Scenario\nmetadata: {name: x}\ntopology: stacked\nprobers: []\n"
                    "method: []\nslo: []\n") == Lines{"5:10: probers has 0 entries; allowed: at least 1",
                                                      "6:9: method has 0 entries; allowed: at least 1",
                                                      "7:6: slo has 0 entries; allowed: at least 1"});
  std::string many;
  for (int i = 0; i < 64; ++i) {
    many += fmt::format("  - {{name: p{}, through: load-balancer, connection: new, period: 10s}}\n", i);
  }
  CHECK(problems_of(sample_with("method:\n", many + "method:\n")) ==
        Lines{"7:3: probers has 66 entries; allowed: at most 64"});
}

TEST_CASE("the load of all probers is bounded, exactly") {
  const auto probers = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
      text += fmt::format("  - {{name: p{}, through: load-balancer, connection: new, period: 10ms}}\n", i);
    }
    return sample_with("method:\n", text + "method:\n");
  };
  CHECK(problems_of(probers(4)).empty());
  CHECK(problems_of(probers(5)) == Lines{"7:3: the probers through the load balancer plan 510 requests/s together; "
                                         "allowed: at most 500; choose longer "
                                         "periods or fewer probers"});
}

TEST_CASE("all problems of a file come at once, in file order") {
  std::string text = sample_with("hold: 20s", "hold: 20");
  text.replace(text.find("period: 200ms"), 13, "period: 1ms");
  text.replace(text.find("budget: 5s"), 10, "bugdet: 5s");
  const auto loaded = load_scenario(text, "dir/s.yaml", kCapabilities);
  REQUIRE_FALSE(loaded.ok());
  CHECK(loaded.error().text() ==
        "dir/s.yaml: 3 problems\n"
        "dir/s.yaml:5:21: hold is 20, a number; write a unit, e.g. 20s\n"
        "dir/s.yaml:8:78: period is 1ms; allowed: 10ms to 10s\n"
        "dir/s.yaml:14:35: unknown key \"bugdet\"; did you mean \"budget\"? allowed: sli, budget");
}
