// The formulas: with the defaults of kubeadm and kind they give the table of docs/bounds-reference.md.
#include "bounds/bound.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "flags.hpp"

using namespace hadrill;
using namespace hadrill::bounds;
using namespace hadrill::test;

namespace {

struct Times {
  Duration lower;
  Duration upper;
  friend bool operator==(const Times&, const Times&) = default;
};

Times times_of(Failover failover, const ClusterFlags& flags) {
  const auto bound = bound_of(failover, flags, probed_pods());
  INFO(to_string(failover) << ": " << (bound.ok() ? "" : bound.error().text()));
  REQUIRE(bound.ok());
  return {bound->lower, bound->upper};
}

std::string refusal(Failover failover, const ClusterFlags& flags) {
  const auto bound = bound_of(failover, flags);
  INFO(to_string(failover));
  REQUIRE_FALSE(bound.ok());
  CHECK(bound.error().kind == ErrorKind::infrastructure);
  return bound.error().message;
}

Input input(const Bound& bound, const std::string& symbol) {
  for (const Input& one : bound.inputs) {
    if (one.symbol == symbol) return one;
  }
  return {};
}

}  // namespace

TEST_CASE("with the defaults, every failover has the bounds of the table") {
  const ClusterFlags flags = default_flags();
  const std::vector<std::pair<Failover, Times>> table{{Failover::etcd_election, {800ms, 5s}},
                                                      {Failover::etcd_transfer, {0s, 2400ms}},
                                                      {Failover::etcd_leader_stops, {0s, 9400ms}},
                                                      {Failover::etcd_member_behind_lb, {0s, 10s}},
                                                      {Failover::etcd_leader_behind_lb, {0s, 10s}},
                                                      {Failover::etcd_leader_stops_behind_lb, {0s, 10s}},
                                                      {Failover::api_server_refuses, {0s, 5s}},
                                                      {Failover::api_server_hangs, {0s, 11s}},
                                                      {Failover::api_server_stops, {0s, 5s}},
                                                      {Failover::api_server_cluster_ip, {0s, 27s}},
                                                      {Failover::controller_manager_crash, {13s, 24800ms}},
                                                      {Failover::controller_manager_release, {13s, 24800ms}},
                                                      {Failover::scheduler_crash, {13s, 24800ms}},
                                                      {Failover::scheduler_release, {0s, 5400ms}},
                                                      {Failover::control_plane_lost, {0s, 11s}},
                                                      {Failover::node_not_ready, {39600ms, 61s}},
                                                      {Failover::node_without_runtime, {25s, 41400ms}},
                                                      {Failover::pods_removed, {39600ms, 63s}},
                                                      {Failover::worker_cluster_ip, {0s, 64s}},
                                                      {Failover::worker_behind_lb, {0s, 76s}},
                                                      {Failover::worker_unreached_behind_lb, {0s, 2s}},
                                                      {Failover::pods_replaced, {339600ms, 366s}},
                                                      {Failover::pod_ends, {0s, 5s}},
                                                      {Failover::pod_ends_behind_lb, {0s, 17s}},
                                                      {Failover::pod_hangs, {0s, 7s}},
                                                      {Failover::pod_hangs_behind_lb, {0s, 19s}},
                                                      {Failover::pod_deleted, {0s, 4s}},
                                                      {Failover::pod_deleted_behind_lb, {0s, 16s}},
                                                      {Failover::pods_restart, {0s, 13s}},
                                                      {Failover::pods_restart_behind_lb, {0s, 25s}},
                                                      {Failover::api_server_restored, {0s, 123s}},
                                                      {Failover::etcd_restored, {0s, 93s}}};
  CHECK(table.size() == kFailovers.size());
  for (const auto& [failover, expected] : table) {
    const Times times = times_of(failover, flags);
    INFO(to_string(failover) << ": " << times.lower.count() << " to " << times.upper.count());
    CHECK(times == expected);
  }
}

TEST_CASE("every input has a value and a source, and every symbol of a formula is an input") {
  for (const Failover failover : kFailovers) {
    const auto bound = bound_of(failover, default_flags(), probed_pods());
    REQUIRE(bound.ok());
    INFO(to_string(failover) << ": " << bound->lower_formula << " .. " << bound->upper_formula);
    CHECK(bound->lower <= bound->upper);
    for (const Input& one : bound->inputs) {
      INFO(one.name);
      CHECK_FALSE(one.name.empty());
      CHECK_FALSE(one.value.empty());
      CHECK_FALSE(one.source.empty());
    }
    for (const char* symbol : {"L", "R", "E", "K", "G", "P", "T"}) {
      const std::string both = bound->lower_formula + " " + bound->upper_formula;
      const std::size_t at = both.find(symbol);
      const bool used = at != std::string::npos && !std::isalpha(static_cast<unsigned char>(both[at + 1]));
      if (used) CHECK_FALSE(input(*bound, symbol).name.empty());
    }
  }
}

TEST_CASE("flags that are set change the bound, and are told as set with their source") {
  ClusterFlags flags = default_flags();
  set_flag(flags, component::scheduler, "leader-elect-lease-duration", "30s");
  set_flag(flags, component::scheduler, "leader-elect-retry-period", "5s");
  set_flag(flags, component::scheduler_lease, "leaseDurationSeconds", "30");
  const auto bound = bound_of(Failover::scheduler_crash, flags);
  REQUIRE(bound.ok());
  CHECK(bound->lower == 25s);
  CHECK(bound->upper == 53s);  // 30 + 2 * 5 * 2.2 + 1
  CHECK(input(*bound, "L").origin == Origin::set);
  CHECK(input(*bound, "L").value == "30s");
  CHECK(input(*bound, "L").source == "/etc/kubernetes/manifests/kube-scheduler.yaml");
  CHECK(input(*bound, "J").origin == Origin::constant);
  CHECK(input(*bound, "s").origin == Origin::allowance);
  const auto untouched = bound_of(Failover::controller_manager_crash, flags);
  CHECK(input(*untouched, "L").origin == Origin::defaulted);
  CHECK(untouched->lower == 13s);
}

TEST_CASE("where instances differ, the lower bound is made of the least and the upper of the most") {
  ClusterFlags flags = default_flags();
  for (FlagSource& source : flags.sources) {
    if (source.component == component::etcd && source.node == "cp2") source.values["election-timeout"] = "3000";
  }
  CHECK(times_of(Failover::etcd_election, flags) == Times{800ms, 13s});
  CHECK(input(*bound_of(Failover::etcd_election, flags), "E").value == "1s to 3s");
}

TEST_CASE("the defaults are those of the running version") {
  ClusterFlags flags = default_flags();
  flags.version = "v1.31.4";
  CHECK(times_of(Failover::node_not_ready, flags) == Times{29600ms, 51s});  // 40 s of grace before 1.32
  flags.version = "";
  CHECK(refusal(Failover::node_not_ready, flags).find("version") != std::string::npos);
  flags.version = "main";
  CHECK(refusal(Failover::node_not_ready, flags).find("main") != std::string::npos);
}

TEST_CASE("a component that could not be read, or is not there, has no bound") {
  ClusterFlags flags = default_flags();
  flags.unread.push_back({component::scheduler, "cp2", "No such file or directory"});
  CHECK(refusal(Failover::scheduler_crash, flags) ==
        "kube-scheduler on cp2 could not be read: No such file or directory");
  CHECK(times_of(Failover::controller_manager_crash, flags).lower == 13s);  // not concerned
  flags = default_flags();
  remove_component(flags, component::etcd);
  CHECK(refusal(Failover::etcd_election, flags).find("no etcd was found") == 0);
  for (const Failover failover : kFailovers) CHECK_FALSE(bound_of(failover, {}).ok());
}

TEST_CASE("a flag that is not understood has no bound") {
  ClusterFlags flags = default_flags();
  set_flag(flags, component::etcd, "election-timeout", "1s");  // etcd takes milliseconds
  CHECK(refusal(Failover::etcd_election, flags) ==
        "etcd --election-timeout is \"1s\" in /etc/kubernetes/manifests/etcd.yaml, which is not understood");
}

TEST_CASE("a component without a Lease has no bound") {
  ClusterFlags flags = default_flags();
  set_flag(flags, component::scheduler, "leader-elect", "false");
  CHECK(refusal(Failover::scheduler_crash, flags) == "kube-scheduler has no Lease: --leader-elect=false");
  CHECK_FALSE(bound_of(Failover::scheduler_release, flags).ok());
  flags = default_flags();
  remove_component(flags, component::controller_manager_lease);
  CHECK(refusal(Failover::controller_manager_crash, flags).find("lease/kube-controller-manager") != std::string::npos);
  flags = default_flags();
  flags.unread.push_back({component::scheduler_lease, "", "HTTP 404"});
  CHECK(refusal(Failover::scheduler_crash, flags).find("HTTP 404") != std::string::npos);
}

TEST_CASE("a Lease that says something else than the flags: those are not in force") {
  ClusterFlags flags = default_flags();
  set_flag(flags, component::scheduler_lease, "leaseDurationSeconds", "60");
  CHECK(refusal(Failover::scheduler_crash, flags).find("not those in force") != std::string::npos);
}

TEST_CASE("the controller manager releases its Lease only where the feature gate says so, on all of them") {
  ClusterFlags flags = default_flags();
  set_flag(flags, component::controller_manager, "feature-gates",
           "A=true,ControllerManagerReleaseLeaderElectionLockOnExit=true");
  CHECK(times_of(Failover::controller_manager_release, flags) == Times{0s, 5400ms});
  CHECK(times_of(Failover::controller_manager_crash, flags) == Times{13s, 24800ms});
  for (FlagSource& source : flags.sources) {
    if (source.component == component::controller_manager && source.node == "cp3") source.values.clear();
  }
  CHECK(times_of(Failover::controller_manager_release, flags) == Times{13s, 24800ms});
}

TEST_CASE("load balancers: each by its own rule") {
  ClusterFlags flags = default_flags();
  const auto set = [&flags](const char* name, const char* value) {
    set_flag(flags, component::load_balancer, name, value);
  };
  set("program", "envoy");
  CHECK(times_of(Failover::api_server_refuses, flags).upper == 5s);
  CHECK(times_of(Failover::api_server_hangs, flags).upper == 11s);
  CHECK(times_of(Failover::etcd_member_behind_lb, flags).upper == 6s);  // one red answer is enough: 2 + 2 + 1 + 1
  set("check-timeout", "1s");
  // It does not wait for the answer, and two checks have to time out: 2 + 2 * 1 + 2 + 1 + 1.
  CHECK(times_of(Failover::etcd_member_behind_lb, flags).upper == 8s);
  CHECK(bound_of(Failover::etcd_member_behind_lb, flags)->upper_formula == "I + U To + (U-1)F + a + s");
  set("check-timeout", "2s");  // either comes first
  CHECK(times_of(Failover::etcd_member_behind_lb, flags).upper == 10s);
  set("check-timeout", "3s");
  set("program", "haproxy");
  set("retries", "");  // haproxy's own 3, each after the connect timeout
  CHECK(times_of(Failover::api_server_refuses, flags).upper == 5750ms);
  set("connect-timeout", "5s");
  CHECK(times_of(Failover::api_server_refuses, flags).upper == 8s);
  set("program", "nginx");
  set("connect-timeout", "2s");
  CHECK(times_of(Failover::api_server_refuses, flags).upper == 3s);
  CHECK(refusal(Failover::api_server_hangs, flags).find("no active checks") != std::string::npos);
  set("next-upstream", "off");
  CHECK(refusal(Failover::api_server_refuses, flags).find("proxy_next_upstream") != std::string::npos);
  set("program", "traefik");
  CHECK(refusal(Failover::api_server_refuses, flags).find("traefik") != std::string::npos);
}

TEST_CASE("an API server that asks several etcd members is not bounded by the loss of one") {
  ClusterFlags flags = default_flags();
  set_flag(flags, component::api_server, "etcd-servers", "https://10.0.0.1:2379,https://10.0.0.2:2379");
  CHECK(refusal(Failover::etcd_member_behind_lb, flags).find("10.0.0.2") != std::string::npos);
  CHECK(refusal(Failover::etcd_leader_behind_lb, flags).find("only the loss") != std::string::npos);
  set_flag(flags, component::api_server, "etcd-servers", "");
  CHECK_FALSE(bound_of(Failover::etcd_member_behind_lb, flags).ok());
  CHECK(bound_of(Failover::etcd_election, flags).ok());
}

TEST_CASE("an API server that drains for long enough behind /readyz costs nobody anything") {
  ClusterFlags flags = default_flags();
  set_flag(flags, component::api_server, "shutdown-delay-duration", "20s");
  CHECK(times_of(Failover::api_server_stops, flags).upper == 5s);  // /healthz stays green
  set_flag(flags, component::load_balancer, "path", "/readyz");
  CHECK(times_of(Failover::api_server_stops, flags).upper == 0s);
  set_flag(flags, component::api_server, "shutdown-delay-duration", "5s");
  CHECK(times_of(Failover::api_server_stops, flags).upper == 5s);  // the check may take 10 s
}

TEST_CASE("nodes: an eviction rate of nothing never ends") {
  ClusterFlags flags = default_flags();
  set_flag(flags, component::controller_manager, "node-eviction-rate", "0");
  CHECK(refusal(Failover::pods_replaced, flags).find("node-eviction-rate") != std::string::npos);
  CHECK(times_of(Failover::node_not_ready, flags).lower == 39600ms);
}

TEST_CASE("nodes: what the history tells of the loss") {
  const ClusterFlags flags = default_flags();
  Loss loss;
  loss.toleration = Range<Duration>{30s, 30s};
  const auto own = bound_of(Failover::pods_replaced, flags, loss);
  REQUIRE(own.ok());
  CHECK(Times{own->lower, own->upper} == Times{69600ms, 96s});
  CHECK(input(*own, "T").value == "30s");
  CHECK(input(*own, "T").origin == Origin::set);
  loss.toleration = Range<Duration>{30s, 60s};
  loss.nodes = 2;
  loss.spread = 500ms;
  const auto two = bound_of(Failover::pods_replaced, flags, loss);
  CHECK(Times{two->lower, two->upper} == Times{69600ms, 136500ms});  // 61 + 0.5 + 60 + 10 + 5
  CHECK(two->upper_formula == "G + 2P + s + x + T + 1/q + v");
  CHECK(input(*two, "T").value == "30s to 1m");
}

TEST_CASE("nodes: a controller manager that takes over counts anew") {
  Loss loss;
  loss.manager = true;
  const auto bound = bound_of(Failover::node_not_ready, default_flags(), loss);
  REQUIRE(bound.ok());
  CHECK(bound->lower == 39600ms);
  CHECK(bound->upper == 94800ms);  // 24.8 + 10 + 60
  CHECK(bound->upper_formula == "L + 2R(1+J) + s + y + G + 2P");
  for (const char* symbol : {"L", "R", "J", "y", "G", "P", "s"}) CHECK_FALSE(input(*bound, symbol).name.empty());
}

TEST_CASE("nodes: where most of a zone is lost, evictions stop and nothing is bounded") {
  ClusterFlags flags = default_flags();  // three nodes
  const auto replaced = [&flags](std::size_t nodes) {
    Loss loss;
    loss.nodes = nodes;
    return bound_of(Failover::pods_replaced, flags, loss);
  };
  CHECK(replaced(2).ok());
  REQUIRE_FALSE(replaced(3).ok());
  CHECK(replaced(3).error().message == "3 of 3 nodes are lost: from --unhealthy-zone-threshold on nothing is evicted");
  for (const char* node : {"w1", "w2", "w3"}) flags.sources.push_back({component::kubelet, node, "/configz", {}});
  CHECK(replaced(3).ok());
  set_flag(flags, component::controller_manager, "unhealthy-zone-threshold", "0.5");
  CHECK_FALSE(replaced(3).ok());
}

TEST_CASE("pods that hang are found by their readiness probe") {
  CHECK(found_not_ready({1s, 1s, 2}) == 3s);
  CHECK(found_not_ready({10s, 1s, 3}) == 31s);
  CHECK(found_not_ready({1s, 5s, 3}) == 16s);  // a probe that is not answered holds up the next one
  Loss loss;
  loss.readiness = ReadinessProbe{10s, 1s, 3};
  loss.spread = 250ms;
  const auto bound = bound_of(Failover::pod_hangs, default_flags(), loss);
  REQUIRE(bound.ok());
  CHECK(Times{bound->lower, bound->upper} == Times{0s, 35250ms});
  CHECK(bound->upper_formula == "i + o + (m-1) max(i, o) + u + k + p + s + x");
  for (const char* symbol : {"i", "o", "m", "u", "k", "p", "s", "x"}) CHECK_FALSE(input(*bound, symbol).value.empty());
  CHECK(refusal(Failover::pod_hangs, default_flags()).find("readiness probe") != std::string::npos);
}

TEST_CASE("pods that end or are deleted leave their Services by what the API is told") {
  ClusterFlags flags = default_flags();
  CHECK(times_of(Failover::pod_ends, flags) == Times{0s, 5s});
  CHECK(times_of(Failover::pod_deleted, flags) == Times{0s, 4s});
  CHECK(times_of(Failover::pod_ends_behind_lb, flags) == Times{0s, 17s});
  CHECK(times_of(Failover::pod_deleted_behind_lb, flags) == Times{0s, 16s});
  set_flag(flags, component::controller_manager, "endpointslice-updates-batch-period", "5s");
  CHECK(times_of(Failover::pod_ends, flags) == Times{0s, 10s});
  set_flag(flags, component::node_load_balancer, "program", "haproxy");
  CHECK(refusal(Failover::pod_ends_behind_lb, flags).find("haproxy") != std::string::npos);
}

TEST_CASE("pods of which none is left wait for the back-off and for their probes") {
  CHECK(found_ready({1s, 1s, 2}) == 2s);
  CHECK(found_ready({10s, 1s, 3, 5s, 2}) == 26s);  // 5 + 2 * 10 + 1
  CHECK(found_ready({1s, 4s, 3}) == 8s);           // one of the predecessor holds up the next one
  ClusterFlags flags = default_flags();
  Loss loss;
  loss.readiness = ReadinessProbe{10s, 1s, 3, 5s, 2};
  loss.spread = 500ms;
  const auto bound = bound_of(Failover::pods_restart, flags, loss);
  REQUIRE(bound.ok());
  CHECK(Times{bound->lower, bound->upper} == Times{0s, 37500ms});  // 1 + 1 + 5 + 26 + 0 + 2 + 1 + 1 + 0.5
  CHECK(bound->upper_formula == "g + B + v + j + l max(i, o) + o + u + k + p + s + x");
  for (const char* symbol : {"g", "B", "v", "j", "l", "i", "o", "u", "k", "p", "s", "x"})
    CHECK_FALSE(input(*bound, symbol).value.empty());
  set_flag(flags, component::kubelet, "maxContainerRestartPeriod", "");  // nobody caps it: 5 min
  CHECK(times_of(Failover::pods_restart, flags) == Times{0s, 312s});
  CHECK(refusal(Failover::pods_restart, flags).find("readiness probe") != std::string::npos);
  CHECK(refusal(Failover::pods_restart_behind_lb, flags).find("readiness probe") != std::string::npos);
}

TEST_CASE("a kubelet calls its node not Ready when its runtime does not answer") {
  ClusterFlags flags = default_flags();
  set_flag(flags, component::kubelet, "nodeStatusUpdateFrequency", "1m");
  const auto bound = bound_of(Failover::node_without_runtime, flags);
  REQUIRE(bound.ok());
  CHECK(Times{bound->lower, bound->upper} == Times{25s, 93400ms});  // 30 + 62.4 + 1
  CHECK(bound->lower_formula == "C - h");
  CHECK(bound->upper_formula == "C + 1.04 M + s");
  CHECK(input(*bound, "M").origin == Origin::set);
  CHECK(input(*bound, "C").origin == Origin::constant);
  set_flag(flags, component::kubelet, "nodeStatusUpdateFrequency", "soon");
  CHECK(refusal(Failover::node_without_runtime, flags).find("nodeStatusUpdateFrequency") != std::string::npos);
}

TEST_CASE("a worker that its load balancer does not reach costs who is sent there a connect timeout") {
  ClusterFlags flags = default_flags();
  set_flag(flags, component::node_load_balancer, "connect-timeout", "250ms");
  CHECK(times_of(Failover::worker_unreached_behind_lb, flags) == Times{0s, 1250ms});
  Loss seldom;
  seldom.longest_gap = 10s;
  CHECK_FALSE(bound_of(Failover::worker_unreached_behind_lb, flags, seldom).ok());
  set_flag(flags, component::node_load_balancer, "next-upstream", "off");
  CHECK(refusal(Failover::worker_unreached_behind_lb, flags).find("next worker") != std::string::npos);
}

TEST_CASE("users behind the load balancer of the workers: what its nginx is told") {
  ClusterFlags flags = default_flags();
  set_flag(flags, component::node_load_balancer, "fail-timeout", "3s");
  set_flag(flags, component::node_load_balancer, "connect-timeout", "250ms");
  set_flag(flags, component::controller_manager, "endpointslice-updates-batch-period", "5s");
  CHECK(times_of(Failover::worker_behind_lb, flags) == Times{0s, 73250ms});
  Loss seldom;
  seldom.longest_gap = 3s;
  CHECK_FALSE(bound_of(Failover::worker_behind_lb, flags, seldom).ok());
  const auto refused = [](const char* name, const char* value) {
    ClusterFlags changed = default_flags();
    set_flag(changed, component::node_load_balancer, name, value);
    return refusal(Failover::worker_behind_lb, changed);
  };
  CHECK(refused("program", "haproxy").find("haproxy") != std::string::npos);
  CHECK(refused("next-upstream", "off").find("next worker") != std::string::npos);
  CHECK(refused("max-fails", "0").find("max_fails") != std::string::npos);
  CHECK(refused("max-fails", "different from server to server").find("not understood") != std::string::npos);
  CHECK(refused("processes", "4").find("several processes") != std::string::npos);
  CHECK(refused("processes", "auto").find("not understood") != std::string::npos);
  flags.unread.push_back({component::node_load_balancer, "lb", "no such file"});
  CHECK(refusal(Failover::worker_behind_lb, flags) == "node-load-balancer on lb could not be read: no such file");
}
