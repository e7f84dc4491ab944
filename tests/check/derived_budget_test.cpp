// "budget: auto": the failover of the fault and the SLI, its bounds from the recorded flags, and what is refused.
#include "check/derived_budget.hpp"

#include <catch2/catch.hpp>

#include "bounds/flags.hpp"
#include "check/slo.hpp"
#include "nodes.hpp"

using namespace hadrill;
using namespace hadrill::bounds;
using namespace hadrill::test;

namespace {

ProberSpec prober(const std::string& name, ProbePath through, ConnectionClass connection, Duration deadline) {
  return {name, through, connection, 100ms, deadline, 10s, ProbeOperation::read};
}

Slo automatic(SliRef::Kind kind, const std::string& prober, const std::string& text) {
  Slo slo{{kind, prober, text}, 0s, 0};
  slo.automatic = true;
  return slo;
}

/// A run that does `fault` to one instance of `role`; SLOs leave their budgets to the flags.
struct Story {
  std::string fault = "process.kill";
  std::string role = "apiserver";
  bool leads = false;
  Json parameters = {{"signal", "KILL"}, {"hold", false}};
  ClusterFlags flags = default_flags();
};

RunRecord run_of(const Story& story, const World& world = all_good()) {
  RunRecord record;
  record.scenario = kill_scenario();
  record.scenario.probers = {prober("api.read.new", ProbePath::load_balancer, ConnectionClass::fresh, 1s),
                             prober("api.read.reused", ProbePath::load_balancer, ConnectionClass::reused, 1s),
                             prober("cluster.api", ProbePath::cluster_ip, ConnectionClass::fresh, 1s),
                             prober("cluster.service", ProbePath::service, ConnectionClass::fresh, 1s),
                             prober("web", ProbePath::node_load_balancer, ConnectionClass::fresh, 1s),
                             prober("web.reused", ProbePath::node_load_balancer, ConnectionClass::reused, 1s),
                             prober("web.node", ProbePath::each_node_port, ConnectionClass::fresh, 1s),
                             prober("api.direct", ProbePath::each_api_server, ConnectionClass::reused, 1s),
                             prober("controllers.act", ProbePath::controllers, ConnectionClass::reused, 10s)};
  record.scenario.slos = {automatic(SliRef::Kind::longest_outage, "api.read.new", "api.read.new.longest_outage")};
  auto& step = std::get<InjectStep>(record.scenario.method.front());
  step.fault = story.fault;
  step.parameters = story.parameters;
  if (story.role == "etcd") step.target.role = TargetRole::etcd;
  add_prober(record, prober_info("api.read.new"), world);
  add_event(record, kStart - Duration(500ms), event_type::flags_read, to_json(story.flags));
  add_events_until_fault(record);
  for (Event& event : record.events.events) {
    if (event.type != event_type::fault_injecting) continue;
    event.data["fault"] = story.fault;
    event.data["targets"] = Json::array({{{"role", story.role}, {"node", "cp1"}, {"leads", story.leads}}});
  }
  add_events_until_end(record, 5s);
  return record;
}

Result<Bound> budget(const Story& story, const std::string& who) {
  const RunRecord record = run_of(story);
  const Slo slo = who == "redundancy" ? automatic(SliRef::Kind::redundancy_restored, "", "redundancy.restored")
                                      : automatic(SliRef::Kind::longest_outage, who, who + ".longest_outage");
  const auto derived = derived_budget(slo, record);
  REQUIRE(derived);
  return *derived;
}

std::string refusal(const Story& story, const std::string& who) {
  const auto derived = budget(story, who);
  INFO(story.fault << " of " << story.role << ", " << who);
  REQUIRE_FALSE(derived.ok());
  return derived.error().message;
}

const Json kKill = {{"signal", "KILL"}};
const Json kTerm = {{"signal", "TERM"}};
const Json kNone = Json::object();

}  // namespace

TEST_CASE("an SLO with a budget of its own has no other") {
  const RunRecord record = run_of({});
  CHECK_FALSE(derived_budget(slo(SliRef::Kind::longest_outage, "api", "api.longest_outage", 5s), record));
}

TEST_CASE("fault and SLI together say which failover is meant") {
  struct Row {
    const char* fault;
    const char* role;
    bool leads;
    Json parameters;
    const char* who;
    bounds::Failover expected;
  };
  const std::vector<Row> rows{
      {"process.kill", "apiserver", false, kKill, "api.read.new", bounds::Failover::api_server_refuses},
      {"process.kill", "apiserver", false, kKill, "api", bounds::Failover::api_server_refuses},
      {"process.kill", "apiserver", false, kTerm, "api", bounds::Failover::api_server_stops},
      {"static-pod.remove", "apiserver", false, kNone, "api.read.new", bounds::Failover::api_server_stops},
      {"process.pause", "apiserver", false, kNone, "api.read.new", bounds::Failover::api_server_hangs},
      {"lb.blackhole", "apiserver", false, kNone, "api.read.new", bounds::Failover::api_server_hangs},
      {"process.kill", "apiserver", false, kKill, "cluster.api", bounds::Failover::api_server_cluster_ip},
      {"process.kill", "apiserver", false, kKill, "redundancy", bounds::Failover::api_server_restored},
      {"process.kill", "etcd", true, kKill, "api", bounds::Failover::etcd_leader_behind_lb},
      {"process.kill", "etcd", true, kTerm, "api", bounds::Failover::etcd_leader_stops_behind_lb},
      {"process.kill", "etcd", false, kTerm, "api", bounds::Failover::etcd_member_behind_lb},
      {"process.kill", "etcd", false, kKill, "api", bounds::Failover::etcd_member_behind_lb},
      {"etcd.move-leader", "etcd", true, kNone, "api", bounds::Failover::etcd_transfer},
      {"process.kill", "etcd", true, kKill, "redundancy", bounds::Failover::etcd_restored},
      {"process.kill", "controller-manager", true, kKill, "controllers.act",
       bounds::Failover::controller_manager_crash},
      {"process.kill", "controller-manager", true, kTerm, "controllers.act",
       bounds::Failover::controller_manager_release},
      {"container.freeze", "scheduler", true, kNone, "controllers.act", bounds::Failover::scheduler_crash},
      {"static-pod.remove", "scheduler", true, kNone, "controllers.act", bounds::Failover::scheduler_release},
      {"node.kill", "worker", false, kNone, "cluster.service", bounds::Failover::worker_cluster_ip},
      {"node.pause", "worker", false, kNone, "cluster.service", bounds::Failover::worker_cluster_ip},
      {"network.partition", "worker", false, kNone, "cluster.service", bounds::Failover::worker_cluster_ip},
      {"node.kill", "worker", false, kNone, "web", bounds::Failover::worker_behind_lb},
      {"network.partition", "worker", false, kNone, "web", bounds::Failover::worker_behind_lb},
      {"node.kill", "worker", false, kNone, "web.node", bounds::Failover::worker_cluster_ip},
      {"network.partition",
       "worker",
       false,
       {{"peers", "node-load-balancer"}},
       "web",
       bounds::Failover::worker_unreached_behind_lb},
      {"process.kill", "etcd", true, kKill, "api.direct", bounds::Failover::etcd_election},
      {"process.kill", "etcd", true, kTerm, "api.direct", bounds::Failover::etcd_leader_stops},
      {"network.partition", "etcd", true, {{"peers", "etcd-members"}}, "api.direct", bounds::Failover::etcd_election},
      {"network.partition",
       "etcd",
       true,
       {{"peers", {"workers", "etcd-members"}}},
       "api.direct",
       bounds::Failover::etcd_election},
      {"node.kill", "control-plane", false, kNone, "api.read.new", bounds::Failover::control_plane_lost}};
  for (const Row& row : rows) {
    const auto derived = budget({row.fault, row.role, row.leads, row.parameters, default_flags()}, row.who);
    INFO(row.fault << " of " << row.role << ", " << row.who << ": " << (derived.ok() ? "" : derived.error().text()));
    REQUIRE(derived.ok());
    CHECK(derived->failover == row.expected);
  }
}

TEST_CASE("a prober of the controllers also waits for the new leader's informers, and its deadline hides the end") {
  const auto derived = budget({"process.kill", "scheduler", true, kKill, default_flags()}, "controllers.act");
  REQUIRE(derived.ok());
  CHECK(derived->lower == 3s);       // 13 s - 10 s
  CHECK(derived->upper == 39800ms);  // 24.8 s + 10 s + 5 s
  CHECK(derived->lower_formula == "L - R - D");
  CHECK(derived->upper_formula == "L + 2R(1+J) + s + y + v");
}

TEST_CASE("until another leads, and until it works, the flags say as well") {
  const auto takeover = [](const Story& story, SliRef::Kind kind, const std::string& component) {
    const auto derived = derived_budget(automatic(kind, component, component + ".x"), run_of(story));
    REQUIRE(derived);
    return *derived;
  };
  const Story manager{"process.kill", "controller-manager", true, kKill};
  const auto lease = takeover(manager, SliRef::Kind::failover, "controller-manager");
  REQUIRE(lease.ok());
  CHECK(lease->failover == bounds::Failover::controller_manager_crash);
  CHECK(lease->lower == 13s);
  CHECK(lease->upper == 24800ms);
  const auto work = takeover(manager, SliRef::Kind::leader_works, "controller-manager");
  REQUIRE(work.ok());
  CHECK(work->lower == 13s);
  CHECK(work->upper == 24800ms + kInformerSync);
  CHECK(work->upper_formula.ends_with(" + y"));

  const Story etcd{"process.kill", "etcd", true, kKill};
  CHECK(takeover(etcd, SliRef::Kind::failover, "etcd")->upper == 5s);
  CHECK(takeover(etcd, SliRef::Kind::leader_works, "etcd")->upper == 5s + bounds::kReconnect);
  CHECK(takeover({"process.kill", "scheduler", true, {{"signal", "TERM"}}}, SliRef::Kind::failover, "scheduler")
            ->failover == bounds::Failover::scheduler_release);
  CHECK(takeover({"process.kill", "etcd", true, {{"signal", "TERM"}}}, SliRef::Kind::failover, "etcd")->failover ==
        bounds::Failover::etcd_leader_stops);
  // The formula of a leader that hands over has the reconnect of the API servers in it already.
  CHECK(takeover({"process.kill", "etcd", true, kTerm}, SliRef::Kind::leader_works, "etcd")->upper_formula ==
        "W + 4E - K + c");
  CHECK(takeover({"etcd.move-leader", "etcd", true, {}}, SliRef::Kind::failover, "etcd")->failover ==
        bounds::Failover::etcd_transfer);
  // A node takes whatever led there with it.
  CHECK(takeover({"node.kill", "control-plane", false, {}}, SliRef::Kind::failover, "scheduler")->failover ==
        bounds::Failover::scheduler_crash);
  // Of a standby, or of another component, no failover follows.
  CHECK_FALSE(takeover({"process.kill", "scheduler", false, kKill}, SliRef::Kind::failover, "scheduler").ok());
  CHECK_FALSE(takeover(etcd, SliRef::Kind::failover, "scheduler").ok());
}

TEST_CASE("an outage that can fall between two samples is never too short") {
  RunRecord record = run_of({"process.kill", "scheduler", true, kKill, default_flags()});
  record.scenario.probers.back().period = 5s;  // slots up to 6.25 s apart, the bound is 3 s
  const Slo wanted = automatic(SliRef::Kind::longest_outage, "controllers.act", "controllers.act.longest_outage");
  const auto coarse = derived_budget(wanted, record);
  REQUIRE(coarse->ok());
  CHECK((*coarse)->lower == 0s);
  CHECK((*coarse)->lower_formula == "0, as L - R - D can fall between two samples");
  record.scenario.probers.back().period = 2s;
  CHECK((*derived_budget(wanted, record))->lower == 3s);
}

TEST_CASE("a Service may have other pods, so that no outage of it is too short") {
  const auto derived = budget({"node.kill", "worker", false, kNone, default_flags()}, "cluster.service");
  REQUIRE(derived.ok());
  CHECK(derived->lower == 0s);
  CHECK(derived->upper == 64s);
}

TEST_CASE("a member that is cut off from some nodes only is no member that hangs") {
  for (const Json& peers : {Json("workers"), Json{"workers", "cp2"}}) {
    const Story story{"network.partition", "etcd", true, {{"peers", peers}}, default_flags()};
    CHECK(refusal(story, "api.direct").find("no bounds are known") == 0);
  }
}

TEST_CASE("users of Services: what nothing bounds is refused with words") {
  const ClusterFlags flags = default_flags();
  const auto says = [&flags](const char* fault, const char* role, const Json& parameters, const char* who,
                             const char* words) {
    const std::string reason = refusal({fault, role, false, parameters, flags}, who);
    INFO(reason);
    CHECK(reason.find(words) != std::string::npos);
  };
  says("lb.kill", "node-load-balancer", kNone, "web", "is up to the scenario");
  says("lb.kill", "node-load-balancer", kNone, "cluster.service", "no bounds are known");
  says("node.pause", "worker", kNone, "web", "no active checks");
  says("node.reboot", "worker", kNone, "web", "may be back");
  says("node.reboot", "worker", kNone, "cluster.service", "may be back");
  says("kubelet.stop", "kubelet", kNone, "web", "serve on");
  says("network.partition", "worker", {{"peers", "load-balancer"}}, "cluster.service", "serve on");
  says("network.partition", "worker", {{"peers", {"control-planes", "load-balancer"}}}, "web", "serve on");
  says("network.partition", "worker", {{"peers", {"control-planes", "load-balancer"}}}, "cluster.service", "serve on");
  says("network.partition", "worker", {{"peers", {"load-balancer", "workers"}}}, "web", "no bounds are known");
  says("network.partition", "worker", {{"peers", {"load-balancer", "w2"}}}, "cluster.service", "no bounds are known");
  says("network.partition", "worker", {{"ports", {6443, 80}}}, "web", "no bounds are known");
  says("network.partition", "worker", {{"peers", "node-load-balancer"}}, "cluster.service", "only who asks");
  says("network.partition", "worker", {{"peers", "node-load-balancer"}}, "web.reused", "reused");
  says("network.partition", "worker", {{"peers", "node-load-balancer"}, {"ports", {80}}}, "web", "no bounds are known");
  says("network.partition", "worker", {{"peers", {"node-load-balancer", "workers"}}}, "web", "no bounds are known");
  says("containerd.stop", "containerd", kNone, "web", "no bounds are known");
  says("network.partition", "worker", {{"peers", "workers"}}, "web", "no bounds are known");
  says("network.partition", "worker", {{"ports", {6443}}}, "web", "serve on");
  says("network.partition", "worker", {{"ports", {80}}}, "web", "no bounds are known");
  says("node.kill", "worker", kNone, "web.reused", "reused");
  RunRecord seldom = run_of({"node.kill", "worker", false, kNone, flags});
  for (ProberSpec& one : seldom.scenario.probers) one.period = 9s;
  const auto derived = derived_budget(automatic(SliRef::Kind::longest_outage, "web", "web.longest_outage"), seldom);
  REQUIRE_FALSE(derived->ok());
  CHECK(derived->error().message.find("between two requests") != std::string::npos);
}

namespace {

/// A run in which the pods `hit` of a Service with `all` pods, each probed as `readiness` says, are broken.
RunRecord pods_hit(const std::string& fault, const Json& parameters, const std::vector<std::string>& hit,
                   const std::vector<std::string>& all, const Json& readiness) {
  RunRecord record = run_of({fault, "pod", false, parameters, default_flags()});
  for (ProberSpec& one : record.scenario.probers) one.service = ServiceRef{"shop", "web", "http", "/"};
  std::vector<Event> rest = std::move(record.events.events);
  record.events.events.clear();
  for (const std::string& name : all) {
    endpoint_told(record, -3s, name, true);
    pod_told(record, -3s, serving(name, "w"));
    record.events.events.back().data["readiness"] = readiness;
  }
  Json targets = Json::array();
  for (const std::string& name : hit)
    targets.push_back({{"role", "pod"}, {"node", "w"}, {"leads", false}, {"pod", "shop/" + name}});
  for (Event& event : rest) {
    if (event.type == event_type::fault_injecting) event.data["targets"] = targets;
    record.events.events.push_back(std::move(event));
  }
  return record;
}

const Json kAsks = Json::array({{{"by", "httpGet"}, {"periodS", 1}, {"timeoutS", 1}, {"failures", 2}}});

Result<Bound> of_users(const RunRecord& record, const std::string& who) {
  const auto derived = derived_budget(automatic(SliRef::Kind::longest_outage, who, who + ".longest_outage"), record);
  REQUIRE(derived);
  return *derived;
}

}  // namespace

TEST_CASE("pods of a Service: which failover their users wait for") {
  const std::vector<std::string> all{"a", "b", "c"};
  const auto ends = of_users(pods_hit("process.kill", kKill, {"a"}, all, kAsks), "cluster.service");
  REQUIRE(ends.ok());
  CHECK(ends->failover == bounds::Failover::pod_ends);
  CHECK(ends->lower == 0s);
  CHECK(ends->upper == 5s);
  const auto behind = of_users(pods_hit("process.kill", kKill, {"a", "b"}, all, kAsks), "web");
  REQUIRE(behind.ok());
  CHECK(behind->failover == bounds::Failover::pod_ends_behind_lb);
  CHECK(behind->upper == 17s);
  const auto hangs = of_users(pods_hit("process.pause", kNone, {"c"}, all, kAsks), "cluster.service");
  REQUIRE(hangs.ok());
  CHECK(hangs->failover == bounds::Failover::pod_hangs);
  CHECK(hangs->upper == 7s);
  CHECK(of_users(pods_hit("container.freeze", kNone, {"c"}, all, kAsks), "web")->upper == 19s);
  CHECK(of_users(pods_hit("pod.delete", kNone, {"c"}, all, kAsks), "web")->failover ==
        bounds::Failover::pod_deleted_behind_lb);
  // What stands on a pod that dies is closed, and opened again elsewhere.
  CHECK(of_users(pods_hit("process.kill", kKill, {"a"}, all, kAsks), "web.reused")->upper == 17s);
}

TEST_CASE("when all pods of a Service are killed, users wait for containers that start again") {
  Json starts = kAsks;
  starts[0].update({{"delayS", 0}, {"successes", 1}, {"startup", false}});
  const std::vector<std::string> all{"a", "b"};
  const auto inside = of_users(pods_hit("process.kill", kKill, all, all, starts), "cluster.service");
  REQUIRE(inside.ok());
  CHECK(inside->failover == bounds::Failover::pods_restart);
  CHECK(inside->lower == 0s);
  CHECK(inside->upper == 13s);  // 1 + 1 + 5 + 1 + 1 + 0 + 2 + 1 + 1
  const auto behind = of_users(pods_hit("process.kill", kKill, all, all, starts), "web");
  REQUIRE(behind.ok());
  CHECK(behind->failover == bounds::Failover::pods_restart_behind_lb);
  CHECK(behind->upper == 25s);
  CHECK(of_users(pods_hit("process.kill", kKill, all, all, starts), "web.reused")->upper == 25s);

  const auto refused = [&](const char* fault, const Json& parameters, const Json& readiness, const char* words) {
    const auto bound = of_users(pods_hit(fault, parameters, all, all, readiness), "web");
    REQUIRE_FALSE(bound.ok());
    INFO(bound.error().message);
    CHECK(bound.error().message.find(words) != std::string::npos);
  };
  const auto with = [&starts](const char* name, const Json& value) {
    Json changed = starts;
    changed[0][name] = value;
    return changed;
  };
  refused("process.kill", kKill, kAsks, "was not recorded");  // a history from before
  refused("process.kill", kKill, with("startup", true), "startup probe");
  refused("process.kill", kKill, with("successes", 0), "is not understood");
  refused("process.kill", kKill, with("successes", 2'000'000), "is not understood");
  refused("process.kill", kKill, with("delayS", 2'000'000), "is not understood");
  refused("process.kill", kKill, with("by", ""), "no readiness probe");
  refused("process.pause", kNone, starts, "all pods of shop/web were hit");
  refused("pod.delete", kNone, starts, "all pods of shop/web were hit");
  RunRecord job = pods_hit("process.kill", kKill, all, all, starts);
  for (Event& event : job.events.events) {
    if (event.type == event_type::pod_changed) event.data["ownerKind"] = "Job";
  }
  CHECK(of_users(job, "web").error().message.find("always started again") != std::string::npos);
}

TEST_CASE("a worker that had all pods of the Service leaves nobody to wait for") {
  RunRecord record = pods_hit("node.kill", kNone, {}, {"a", "b"}, kAsks);
  for (Event& event : record.events.events) {
    if (event.type == event_type::fault_injecting) event.data["targets"] = Json::array({worker("w")});
  }
  for (const char* who : {"web", "cluster.service"}) {
    const auto alone = of_users(record, who);
    REQUIRE_FALSE(alone.ok());
    CHECK(alone.error().message.find("nobody is left to serve") != std::string::npos);
  }
  endpoint_told(record, -2s, "c", true, "w2");
  CHECK(of_users(record, "web")->failover == bounds::Failover::worker_behind_lb);
}

TEST_CASE("pods of a Service: what nothing bounds is refused with words") {
  const auto says = [](const RunRecord& record, const char* who, const char* words) {
    const auto bound = of_users(record, who);
    REQUIRE_FALSE(bound.ok());
    INFO(bound.error().message);
    CHECK(bound.error().message.find(words) != std::string::npos);
  };
  const auto hangs = [](const Json& readiness) {
    return pods_hit("process.pause", kNone, {"a"}, {"a", "b"}, readiness);
  };
  const auto asked = [](const char* by) {
    return Json::array({{{"by", by}, {"periodS", 1}, {"timeoutS", 1}, {"failures", 2}}});
  };
  says(pods_hit("process.kill", kKill, {"a"}, {}, kAsks), "web", "no endpoint of shop/web was seen");
  says(pods_hit("process.kill", kTerm, {"a"}, {"a", "b"}, kAsks), "web", "up to its program");
  says(pods_hit("process.kill", {{"signal", "KILL"}, {"hold", true}}, {"a"}, {"a", "b"}, kAsks), "web", "held down");
  says(pods_hit("cpu.stress", kNone, {"a"}, {"a", "b"}, kAsks), "web", "no bounds are known");
  says(hangs(kAsks), "web.reused", "reused");
  says(hangs(Json::array()), "web", "was not recorded");
  says(hangs(asked("")), "web", "no readiness probe");
  says(hangs(asked("tcpSocket")), "web", "by the kernel");
  says(hangs(asked("exec")), "web", "what it runs");
  says(hangs(Json::array({kAsks[0], kAsks[0]})), "web", "several containers");
  says(hangs(Json::array({{{"by", "httpGet"}, {"periodS", 0}, {"timeoutS", 1}, {"failures", 2}}})), "web",
       "is not understood");
  says(hangs(Json::array({{{"by", "httpGet"}, {"periodS", 999999}, {"timeoutS", 1}, {"failures", 999999}}})), "web",
       "is not understood");
}

namespace {

Result<Bound> of_nodes(SliRef::Kind kind, const RunRecord& record) {
  const auto derived = derived_budget(automatic(kind, "", "nodes.x"), record);
  REQUIRE(derived);
  return *derived;
}

/// A second fault, in force 2 s after the first.
void also(RunRecord& record, const std::string& fault, const Json& target, const Json& parameters = Json::object()) {
  record.scenario.method.push_back(InjectStep{"also", fault, {}, parameters});
  add_event(record, kT0 + Duration(1s), event_type::fault_injecting,
            {{"step", "also"}, {"fault", fault}, {"targets", Json::array({target})}});
  add_event(record, kT0 + Duration(3s), event_type::fault_proven,
            {{"step", "also"},
             {"target", target},
             {"t0LowerNs", (kT0 + Duration(1900ms)).ns},
             {"t0UpperNs", (kT0 + Duration(2s)).ns}});
}

}  // namespace

TEST_CASE("nodes and their pods: faults that keep a kubelet from the API") {
  const auto upper = [](const char* fault, const char* role, const Json& parameters) {
    const auto bound =
        of_nodes(SliRef::Kind::nodes_not_ready, run_of({fault, role, false, parameters, default_flags()}));
    return bound.ok() ? bound->upper : Duration(-1);
  };
  CHECK(upper("node.kill", "worker", kNone) == 61s);
  CHECK(upper("node.pause", "worker", kNone) == 61s);
  CHECK(upper("kubelet.stop", "kubelet", kNone) == 61s);
  CHECK(upper("network.partition", "worker", {{"peers", "load-balancer"}, {"ports", {6443}}}) == 61s);
  CHECK(upper("network.partition", "worker", {{"peers", {"control-planes", "load-balancer"}}}) == 61s);
  CHECK(upper("network.partition", "worker", {{"peers", {"w2", "all"}}}) == 61s);
  for (const auto& [fault, parameters] :
       std::vector<std::pair<const char*, Json>>{{"network.partition", Json::object({{"peers", "workers"}})},
                                                 {"network.partition", Json::object({{"peers", Json::array({"lb"})}})},
                                                 // Its kubelet asks through the load balancer.
                                                 {"network.partition", {{"peers", {"control-planes", "workers"}}}},
                                                 {"network.partition", {{"peers", "all"}, {"ports", {80}}}},
                                                 {"network.loss", kNone},
                                                 {"node.reboot", kNone}}) {
    INFO(fault << " " << parameters.dump());
    CHECK(upper(fault, "worker", parameters) == Duration(-1));
  }
  CHECK(upper("node.kill", "control-plane", kNone) == 94800ms);  // the controller manager's leader may have been there
  CHECK(upper("node.pause", "control-plane", kNone) == Duration(-1));
  CHECK(upper("process.kill", "apiserver", kKill) == Duration(-1));
}

TEST_CASE("a node without its container runtime is called not Ready by its kubelet, and its pods are not") {
  const RunRecord record = run_of({"containerd.stop", "containerd", false, kNone, default_flags()});
  const auto bound = of_nodes(SliRef::Kind::nodes_not_ready, record);
  REQUIRE(bound.ok());
  CHECK(bound->failover == bounds::Failover::node_without_runtime);
  CHECK(bound->lower == 25s);
  CHECK(bound->upper == 41400ms);
  for (const auto kind : {SliRef::Kind::pods_removed, SliRef::Kind::pods_replaced})
    CHECK(of_nodes(kind, record).error().message.find("no bounds are known") == 0);
  RunRecord two = record;
  also(two, "node.kill", worker("w2"));
  CHECK_FALSE(of_nodes(SliRef::Kind::nodes_not_ready, two).ok());
}

TEST_CASE("nodes and their pods: each SLI has its failover, and pods their own toleration") {
  RunRecord record = run_of({"node.kill", "worker", false, kNone, default_flags()});
  const auto removed = of_nodes(SliRef::Kind::pods_removed, record);
  REQUIRE(removed.ok());
  CHECK(removed->failover == bounds::Failover::pods_removed);
  CHECK(removed->lower == 39600ms);
  CHECK(removed->upper == 63s);
  CHECK(of_nodes(SliRef::Kind::pods_replaced, record)->upper == 366s);  // nothing is told of pods: the default
  pod_told(record, -5s, serving("a", "cp1"));                           // cp1 is what run_of() hits
  CHECK(of_nodes(SliRef::Kind::pods_replaced, record)->upper == 96s);
  CHECK(of_nodes(SliRef::Kind::pods_replaced, record)->lower == 69600ms);
}

TEST_CASE("several nodes at once are evicted in turn, and the last may be lost later") {
  RunRecord record = run_of({"node.kill", "worker", false, kNone, default_flags()});
  for (Event& event : record.events.events) {
    if (event.type == event_type::fault_injecting) event.data["targets"] = Json::array({worker("w1"), worker("w2")});
  }
  add_event(record, kT0 + Duration(1s), event_type::fault_proven,
            {{"step", "kill"}, {"t0LowerNs", (kT0 + Duration(400ms)).ns}, {"t0UpperNs", (kT0 + Duration(500ms)).ns}});
  const auto replaced = of_nodes(SliRef::Kind::pods_replaced, record);
  REQUIRE(replaced.ok());
  CHECK(replaced->upper == 376500ms);
  CHECK(replaced->upper_formula == "G + 2P + s + x + T + 1/q + v");
  CHECK(of_nodes(SliRef::Kind::nodes_not_ready, record)->upper == 61500ms);
}

TEST_CASE("workers that die by faults of their own are one loss, also for who asks a Service inside") {
  RunRecord record = run_of({"node.kill", "worker", false, kNone, default_flags()});
  also(record, "node.kill", worker("w2"));
  CHECK(of_nodes(SliRef::Kind::pods_replaced, record)->upper == 378s);  // 61 + 2 + 300 + 10 + 5
  CHECK(of_nodes(SliRef::Kind::pods_replaced, record)->upper_formula == "G + 2P + s + x + T + 1/q + v");
  const auto of = [&record](SliRef::Kind kind, const char* who) {
    const auto derived = derived_budget(automatic(kind, who, "x"), record);
    REQUIRE(derived);
    return *derived;
  };
  const auto inside = of(SliRef::Kind::longest_outage, "cluster.service");
  REQUIRE(inside.ok());
  CHECK(inside->failover == bounds::Failover::worker_cluster_ip);
  CHECK(inside->upper == 66s);  // 61 + 2 + 2 + 1
  CHECK(of(SliRef::Kind::served_again, "cluster.service")->upper == 66s);
  CHECK(of(SliRef::Kind::longest_outage, "web").error().message.find("several workers at once") == 0);
  // Who connects through the load balancer of the nodes may meet what is lost for as long as it is.
  CHECK(of(SliRef::Kind::served_again, "web").error().message.find("of a node's port, only") != std::string::npos);
  CHECK(of(SliRef::Kind::longest_outage, "api.read.new").error().message.find("several faults") == 0);
}

TEST_CASE("a worker and the leading controller manager: the successor counts anew; no other two faults") {
  const Json leader = {{"role", "controller-manager"}, {"node", "cp2"}, {"leads", true}};
  const Json standby = {{"role", "controller-manager"}, {"node", "cp2"}, {"leads", false}};
  const auto both = [](const char* first, const char* fault, const Json& target, const Json& parameters) {
    RunRecord record = run_of({first, "worker", false, kNone, default_flags()});
    also(record, fault, target, parameters);
    return of_nodes(SliRef::Kind::nodes_not_ready, record);
  };
  const auto pair = both("node.kill", "process.kill", leader, kKill);
  REQUIRE(pair.ok());
  CHECK(pair->lower == 39600ms);
  CHECK(pair->upper == 96800ms);  // 24.8 + 10 + 60, and 2 s between the two
  CHECK(pair->upper_formula == "L + 2R(1+J) + s + y + G + 2P + x");
  for (const auto& other :
       {both("node.kill", "process.kill", standby, kKill), both("node.kill", "process.kill", leader, kTerm),
        both("node.pause", "process.kill", leader, kKill), both("node.kill", "node.pause", worker("w2"), kNone)}) {
    REQUIRE_FALSE(other.ok());
    CHECK(other.error().message.find("several faults") == 0);
  }
  const auto workers = both("node.kill", "node.kill", worker("w2"), kNone);
  REQUIRE(workers.ok());
  CHECK(workers->upper == 63s);  // 2 s between the two
  // The order does not matter.
  RunRecord record = run_of({"process.kill", "controller-manager", true, kKill, default_flags()});
  also(record, "node.kill", worker("w1"));
  CHECK(of_nodes(SliRef::Kind::pods_removed, record)->upper == 98800ms);
}

TEST_CASE("what has no bounds is an error with its reason, never a guess") {
  const ClusterFlags flags = default_flags();
  CHECK(refusal({"disk.slow", "etcd", true, kNone, flags}, "api") ==
        "no bounds are known for api.longest_outage after disk.slow of etcd, the leader");
  CHECK(refusal({"process.kill", "apiserver", false, {{"signal", "HUP"}}, flags}, "api").find("no bounds") == 0);
  CHECK(refusal({"process.kill", "scheduler", false, kKill, flags}, "controllers.act").find("no bounds") == 0);
  CHECK(refusal({"process.kill", "scheduler", true, kKill, flags}, "api").find("no bounds") == 0);
  CHECK(refusal({"process.kill", "apiserver", false, kKill, flags}, "controllers.act").find("no bounds") == 0);
  CHECK(refusal({"process.pause", "etcd", true, kNone, flags}, "api").find("no bounds") == 0);
  CHECK(refusal({"lb.kill", "load-balancer", false, kNone, flags}, "api").find("no bounds") == 0);
  CHECK(refusal({"process.kill", "apiserver", false, {{"hold", true}}, flags}, "redundancy").find("no bounds") == 0);
  for (const char* signal : {"TERM", "INT"}) {
    for (const char* role : {"apiserver", "etcd"})
      CHECK(refusal({"process.kill", role, false, {{"signal", signal}}, flags}, "redundancy").find("told to stop") !=
            std::string::npos);
  }
  CHECK(refusal({"process.pause", "apiserver", false, kNone, flags}, "api").find("reused") != std::string::npos);
  CHECK(refusal({"node.kill", "control-plane", false, kNone, flags}, "api.read.reused").find("reused") !=
        std::string::npos);
}

TEST_CASE("without recorded flags, or with several faults or targets, there is no budget") {
  const Slo wanted = automatic(SliRef::Kind::longest_outage, "api.read.new", "api.read.new.longest_outage");
  const auto reason = [&wanted](const RunRecord& record) {
    const auto derived = derived_budget(wanted, record);
    REQUIRE(derived);
    REQUIRE_FALSE(derived->ok());
    return derived->error().message;
  };
  RunRecord record = run_of({});
  drop_events(record, event_type::flags_read);
  CHECK(reason(record) == "the history has no flags (flags.read)");
  add_event(record, kStart, event_type::flags_read, {{"version", "v1.37.2"}, {"sources", Json::array({7})}});
  CHECK_FALSE(reason(record).empty());
  record = run_of({});
  add_event(record, kT0 + Duration(1s), event_type::fault_injecting,
            {{"step", "kill"}, {"fault", "process.kill"}, {"targets", Json::array({target()})}});
  CHECK(reason(record).find("several faults") == 0);
  record = run_of({});
  drop_events(record, event_type::fault_injecting);
  CHECK(reason(record) == "nothing was broken");
  record = run_of({});
  for (Event& event : record.events.events) {
    if (event.type == event_type::fault_injecting) event.data["targets"] = Json::array({target(), target()});
  }
  CHECK(reason(record).find("several targets") == 0);
}

TEST_CASE("a run is judged against both ends, and the finding keeps where they come from") {
  const auto judged = [](Duration outage, const ClusterFlags& flags) {
    Story story;
    story.flags = flags;
    RunRecord record = run_of(story, down(kT0 + Duration(50ms), kT0 + Duration(50ms) + outage));
    return finding(judge(record), "api.read.new.longest_outage");
  };
  const Finding kept = judged(2s, default_flags());
  CHECK(kept.judgement == Judgement::pass);
  REQUIRE(kept.bound);
  CHECK(kept.bound->upper == 5s);
  CHECK(kept.time_budget == Duration(5s));
  CHECK(kept.text == "1.900 s to 2.100 s; budget 0s to 5s by the flags: kept");
  CHECK(judged(7s, default_flags()).judgement == Judgement::fail);
  CHECK(judged(5s, default_flags()).judgement == Judgement::inconclusive);  // 4.9 s to 5.1 s
  ClusterFlags unreadable = default_flags();
  unreadable.unread.push_back({bounds::component::load_balancer, "lb", "no such file"});
  const Finding error = judged(2s, unreadable);
  CHECK(error.judgement == Judgement::error);
  CHECK(error.text == "budget auto: load-balancer on lb could not be read: no such file");
  CHECK_FALSE(error.bound);
  CHECK_FALSE(error.time_budget);
}

TEST_CASE("where the flags allow nothing, anything bad is too much, however short") {
  Story story{"process.kill", "apiserver", false, kTerm, default_flags()};
  set_flag(story.flags, bounds::component::api_server, "shutdown-delay-duration", "20s");
  set_flag(story.flags, bounds::component::load_balancer, "path", "/readyz");
  const auto judged = [&story](const World& world) {
    return finding(judge(run_of(story, world)), "api.read.new.longest_outage");
  };
  REQUIRE(judged(all_good()).bound);
  CHECK(judged(all_good()).bound->upper == 0s);
  CHECK(judged(all_good()).judgement == Judgement::pass);
  CHECK(judged(down(kT0 + Duration(1s), kT0 + Duration(1050ms))).judgement == Judgement::fail);
}

TEST_CASE("earlier than the flags allow is a failure, straddling the lower end is inconclusive") {
  CHECK(judge_time({14s, Duration(15s)}, 13s, 24800ms) == Judgement::pass);
  CHECK(judge_time({13s, Duration(24800ms)}, 13s, 24800ms) == Judgement::pass);
  CHECK(judge_time({11s, Duration(12s)}, 13s, 24800ms) == Judgement::fail);
  CHECK(judge_time({12s, Duration(14s)}, 13s, 24800ms) == Judgement::inconclusive);
  CHECK(judge_time({12s, std::nullopt}, 13s, 24800ms) == Judgement::inconclusive);
  CHECK(judge_time({25s, std::nullopt}, 13s, 24800ms) == Judgement::fail);
  CHECK(judge_time({24s, Duration(26s)}, 13s, 24800ms) == Judgement::inconclusive);
}

TEST_CASE("a takeover that came too early fails the run, with the reason in words") {
  Story story{"process.kill", "scheduler", true, kKill, default_flags()};
  RunRecord record = run_of(story);
  record.scenario.slos = {automatic(SliRef::Kind::longest_outage, "controllers.act", "controllers.act.longest_outage")};
  ProberInfo info = prober_info("controllers.act", 500ms, "controllers");
  info.deadline = 10s;
  add_prober(record, info, down(kT0, kT0 + Duration(1s)));
  const Finding early = finding(judge(record), "controllers.act.longest_outage");
  INFO(early.text);
  CHECK(early.judgement == Judgement::fail);
  CHECK(early.text.find("earlier than the flags allow") != std::string::npos);
  CHECK(early.bound->lower == 3s);
}
