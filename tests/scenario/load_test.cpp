// What good files mean.
#include <algorithm>
#include <filesystem>

#include "base/duration.hpp"
#include "sample.hpp"
#include "scenario/pace.hpp"
#include "scenario/standard_probers.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

TEST_CASE("every key of a scenario arrives") {
  const Scenario scenario = load_good(kSample);
  CHECK(scenario.name == "sample");
  CHECK(scenario.description == "A sample");
  CHECK(scenario.tags == std::vector<std::string>{"one", "two"});
  CHECK(scenario.topologies == std::vector<std::string>{"stacked"});
  CHECK(scenario.steady_state_hold == 20s);
  REQUIRE(scenario.probers.size() == 2);
  CHECK(scenario.probers[0] == ProberSpec{"api.new", ProbePath::load_balancer, ConnectionClass::fresh, 100ms, 1s, 10s});
  CHECK(scenario.probers[1] ==
        ProberSpec{"api.direct", ProbePath::each_api_server, ConnectionClass::reused, 200ms, 1s, 10s});
  REQUIRE(scenario.method.size() == 2);
  const auto inject = std::get<InjectStep>(scenario.method[0]);
  CHECK(inject.id == "kill");
  CHECK(inject.fault == "process.kill");
  CHECK(inject.target == Target{TargetRole::etcd, {Selector::Kind::one, 1, ""}});
  CHECK(inject.parameters == Json{{"signal", "TERM"}, {"hold", false}, {"ifLeading", false}});
  CHECK(inject.ttl == 3min);
  CHECK_FALSE(inject.expect_quorum_loss);
  CHECK_FALSE(inject.overlapping);
  CHECK(std::get<ObserveStep>(scenario.method[1]) ==
        ObserveStep{"step-2", 60s, false, 0s, ObserveStep::OnTimeout::fail});
  REQUIRE(scenario.slos.size() == 1);
  CHECK(scenario.slos[0] == Slo{{SliRef::Kind::longest_outage, "api.new", "api.new.longest_outage"}, 5s, 0});
}

TEST_CASE("what may be left out has its documented default") {
  CHECK(load_good(sample_with(", description: \"A sample\", tags: [one, two]", "")).description.empty());
  CHECK(load_good(sample_with("steadyState: {hold: 20s}\n", "")).steady_state_hold == 15s);
  CHECK(load_good(sample_with("{hold: 20s}", "{}")).steady_state_hold == 15s);
  CHECK_FALSE(load_good(kSample).leaders_together);
  CHECK(load_good(sample_with("hold: 20s", "hold: 20s, leaders: together")).leaders_together);
  const Scenario scenario = load_good(sample_with(", signal: TERM", ""));
  CHECK(std::get<InjectStep>(scenario.method[0]).parameters ==
        Json{{"signal", "KILL"}, {"hold", false}, {"ifLeading", false}});
  CHECK(std::get<InjectStep>(load_good(sample_with("id: kill\n    inject", "inject")).method[0]).id == "step-1");
}

TEST_CASE("prober deadline and timeout are taken as written") {
  const Scenario scenario = load_good(sample_with("100ms", "10ms, deadline: 2s, timeout: 2s"));
  CHECK(scenario.probers[0].deadline == 2s);
  CHECK(scenario.probers[0].timeout == 2s);
}

TEST_CASE("without a list of probers the standard ones are used") {
  std::string text = kSample;
  const std::size_t at = text.find("probers:");
  text.erase(at, text.find("method:") - at);
  text.replace(text.find("api.new.longest"), 7, "api.read.new");
  const Scenario scenario = load_good(text);
  CHECK(scenario.probers == standard_probers());
  CHECK(scenario.watchers == standard_watchers());
  double rate = 0;
  for (const ProberSpec& prober : scenario.probers) {
    const bool each = prober.through == ProbePath::each_api_server || prober.through == ProbePath::each_etcd_member;
    rate += (each ? 3 : 1) / seconds_of(prober.period);
  }
  CHECK(rate == Approx(100).epsilon(0.1));
}

TEST_CASE("standard probers are paced, changed and switched off by name") {
  const Scenario scenario = load_good(sample_with(
      "probers:\n",
      "probers:\n  - standard\n  - {name: api.write, period: 1s}\n  - {name: api.list, switch: off}\n"
      "  - {name: api.direct.watch, switch: off}\n  - {name: my.watch, through: each-api-server, operation: watch}\n"));
  const auto find = [&](const std::string& name) {
    return std::find_if(scenario.probers.begin(), scenario.probers.end(),
                        [&](const ProberSpec& prober) { return prober.name == name; });
  };
  REQUIRE(find("api.write") != scenario.probers.end());
  CHECK(*find("api.write") ==
        ProberSpec{"api.write", ProbePath::load_balancer, ConnectionClass::reused, 1s, 1s, 10s, ProbeOperation::write});
  CHECK(find("api.list") == scenario.probers.end());
  CHECK(find("etcd.member")->operation == ProbeOperation::health);
  CHECK(find("api.new") != scenario.probers.end());
  // The nine standard ones that are not listed, api.write, and the two of the sample.
  CHECK(scenario.probers.size() == standard_probers().size());
  CHECK(scenario.watchers ==
        std::vector<WatcherSpec>{{"api.watch", ProbePath::load_balancer}, {"my.watch", ProbePath::each_api_server}});
}

TEST_CASE("each path has its operation when none is written") {
  const auto operation = [](const std::string& through) {
    return load_good(sample_with("probers:\n",
                                 "probers:\n  - {name: x, through: " + through + ", connection: new, period: 1s}\n"))
        .probers[0]
        .operation;
  };
  CHECK(operation("load-balancer") == ProbeOperation::read);
  CHECK(operation("each-api-server, operation: cached-read") == ProbeOperation::cached_read);
  CHECK(operation("each-etcd-member") == ProbeOperation::health);
  CHECK(operation("cluster-ip") == ProbeOperation::read);
  CHECK(operation("service") == ProbeOperation::get);
  CHECK(operation("local-echo") == ProbeOperation::echo);
  const std::string service = ", service: {namespace: a, name: web, port: http}";
  CHECK(operation("node-load-balancer" + service) == ProbeOperation::get);
  CHECK(operation("each-node-port" + service) == ProbeOperation::get);
}

TEST_CASE("selectors") {
  const auto select = [](const std::string& written) {
    const Scenario scenario = load_good(sample_with("select: one", "select: " + written));
    return std::get<InjectStep>(scenario.method[0]).target.select;
  };
  CHECK(select("one") == Selector{Selector::Kind::one, 1, ""});
  CHECK(select("all") == Selector{Selector::Kind::all, 1, ""});
  CHECK(select("leader") == Selector{Selector::Kind::leader, 1, ""});
  CHECK(select("follower") == Selector{Selector::Kind::follower, 1, ""});
  CHECK(select("{fixed: 2}") == Selector{Selector::Kind::fixed, 2, ""});
  CHECK(select("{holder-of: kube-scheduler}") == Selector{Selector::Kind::holder, 1, "", "kube-scheduler"});
  CHECK(select("{node: hadrill-control-plane2}") == Selector{Selector::Kind::node, 1, "hadrill-control-plane2"});
}

TEST_CASE("roles") {
  const auto role = [](const std::string& written) {
    const Scenario scenario = load_good(sample_with("role: etcd", "role: " + written));
    return std::get<InjectStep>(scenario.method[0]).target.role;
  };
  CHECK(role("apiserver") == TargetRole::apiserver);
  CHECK(role("etcd") == TargetRole::etcd);
  CHECK(role("controller-manager") == TargetRole::controller_manager);
  CHECK(role("scheduler") == TargetRole::scheduler);
  CHECK(role("kubelet") == TargetRole::kubelet);
  CHECK(role("containerd") == TargetRole::containerd);
}

TEST_CASE("pods are told by namespace and labels") {
  const Scenario scenario = load_good(sample_with(
      "role: etcd, select: one", "role: pod, namespace: kube-system, labels: {k8s-app: dns, x.io/y: ''}, select: all"));
  CHECK(std::get<InjectStep>(scenario.method[0]).target ==
        Target{TargetRole::pod, {Selector::Kind::all}, "kube-system", {{"k8s-app", "dns"}, {"x.io/y", ""}}});
}

TEST_CASE("nodes may be told by the pods that they run") {
  const auto worker = load_good(sample_with_method("  - inject: {fault: node.pause, target: {role: worker, namespace: "
                                                   "shop, labels: {app: web}, select: {nth: 2}}}\n  - observe: 9s\n"),
                                {});
  CHECK(std::get<InjectStep>(worker.method[0]).target ==
        Target{TargetRole::worker, {Selector::Kind::nth, 2}, "shop", {{"app", "web"}}});
}

TEST_CASE("the forms of observe") {
  const auto observe = [](const std::string& written) {
    return std::get<ObserveStep>(load_good(sample_with("observe: 60s", "observe: " + written)).method[1]);
  };
  constexpr auto kFail = ObserveStep::OnTimeout::fail;
  CHECK(observe("1m30s") == ObserveStep{"step-2", 90s, false, 0s, kFail});
  CHECK(observe("{for: 90s}") == ObserveStep{"step-2", 90s, false, 0s, kFail});
  CHECK(observe("{until: recovered, timeout: 2m}") == ObserveStep{"step-2", 0s, true, 120s, kFail});
  CHECK(observe("{until: recovered, atLeast: 30s, timeout: 2m, onTimeout: continue}") ==
        ObserveStep{"step-2", 30s, true, 120s, ObserveStep::OnTimeout::go_on});
}

TEST_CASE("SLIs and their budgets") {
  const auto slo = [](const std::string& written) {
    return load_good(sample_with("sli: api.new.longest_outage, budget: 5s", written)).slos[0];
  };
  CHECK(slo("sli: api.longest_outage, budget: 0s").sli ==
        SliRef{SliRef::Kind::longest_outage, "api", "api.longest_outage"});
  CHECK(slo("sli: api.new.total_outage, budget: 7s") ==
        Slo{{SliRef::Kind::total_outage, "api.new", "api.new.total_outage"}, 7s, 0});
  CHECK(slo("sli: redundancy.restored, budget: 90s") ==
        Slo{{SliRef::Kind::redundancy_restored, "", "redundancy.restored"}, 90s, 0});
  CHECK(slo("sli: redundancy.restored, budget: auto").automatic);
  CHECK_FALSE(slo("sli: redundancy.restored, budget: 90s").automatic);
  CHECK(slo("sli: controller-manager.failover, budget: 24s") ==
        Slo{{SliRef::Kind::failover, "controller-manager", "controller-manager.failover"}, 24s, 0});
  std::string writes = sample_with("sli: api.new.longest_outage, budget: 5s", "sli: etcd.work, budget: 5s");
  const std::string direct = "  - {name: api.direct,";
  writes.replace(writes.find(direct), direct.size(),
                 "  - {name: api.w, through: load-balancer, operation: write, connection: new, period: 1s}\n" + direct);
  CHECK(load_good(writes).slos[0].sli == SliRef{SliRef::Kind::leader_works, "etcd", "etcd.work"});
  std::string nodes = sample_with("sli: api.new.longest_outage, budget: 5s", "sli: pods.replaced, budget: auto");
  nodes.replace(nodes.find("role: etcd"), 10, "role: kubelet");
  nodes.replace(nodes.find(direct), direct.size(),
                "  - {name: web, through: service, service: {namespace: a, name: b, port: c}, connection: new, period: "
                "1s}\n" +
                    direct);
  CHECK(load_good(nodes).slos[0].sli == SliRef{SliRef::Kind::pods_replaced, "", "pods.replaced"});
  const Slo availability = slo("sli: api.availability, budget: 99.5%");
  CHECK(availability.sli.kind == SliRef::Kind::availability);
  CHECK(availability.availability == Approx(0.995));
  CHECK(slo("sli: api.availability, budget: 0%").availability == 0);
  CHECK(slo("sli: api.availability, budget: 100%").availability == 1);
}

TEST_CASE("a fault without an entry in the schema takes no parameters, whatever its role") {
  const std::string text = sample_with("process.kill, target: {role: etcd, select: one}, signal: TERM",
                                       "calibration, target: {role: load-balancer, select: one}");
  CHECK(std::get<InjectStep>(load_good(text, {}).method[0]).parameters == Json::object());
  CHECK(problems_of(sample_with("process.kill", "calibration"), {}) ==
        Lines{"11:69: unknown key \"signal\"; allowed: fault, target, ttl, expect, overlap"});
}

TEST_CASE("a scenario fits one topology, or several, each of which has to be there") {
  const Capabilities known{{}, {"stacked", "nginx"}};
  const auto with = [](const std::string& topology) {
    std::string text = kSample;
    const std::string written = "topology: stacked";
    return text.replace(text.find(written), written.size(), "topology: " + topology);
  };
  CHECK(load_good(with("[nginx, stacked]"), known).topologies == std::vector<std::string>{"nginx", "stacked"});
  CHECK(resolved_yaml(load_good(with("[nginx, stacked]"), known)).find("topology: [nginx, stacked]\n") !=
        std::string::npos);
  CHECK(problems_of(with("[stacked, ngix]"), known) ==
        Lines{"4:21: unknown topology \"ngix\"; did you mean \"nginx\"? allowed: stacked, nginx"});
  CHECK(problems_of(with("[]"), known) == Lines{"4:11: topology has 0 entries; allowed: at least 1"});
  CHECK(problems_of(with("[stacked, stacked]"), known) ==
        Lines{"4:21: topology[1] is \"stacked\", which is in the list already; keep one"});
}

TEST_CASE("at a slower pace every prober asks less often, and nothing else changes") {
  const Scenario full = load_good(kSample);
  Scenario slow = full;
  set_pace(slow, 40);
  CHECK(slow.probers[0].period == 250ms);
  CHECK(slow.probers[0].deadline == full.probers[0].deadline);
  CHECK(slow.method == full.method);
  // The run's own file is a scenario like any other.
  CHECK(load_good(resolved_yaml(slow)) == slow);
  set_pace(slow, 100);
  CHECK(slow.probers[0].period == 250ms);
  slow.probers[0].period = 9s;
  set_pace(slow, 10);
  CHECK(slow.probers[0].period == 10s);
}

TEST_CASE("a prober can ask any Service") {
  const std::string text =
      sample_with("  - {name: api.direct, through: each-api-server, connection: reused, period: 200ms}",
                  "  - {name: shop, through: service, connection: new, period: 1s, "
                  "service: {namespace: a, name: cart, port: http, path: /healthz}}");
  const Scenario scenario = load_good(text, {});
  REQUIRE(scenario.probers.size() == 2);
  REQUIRE(scenario.probers[1].service);
  CHECK(*scenario.probers[1].service == ServiceRef{"a", "cart", "http", "/healthz"});
  CHECK(scenario.probers[1].service->key() == "cart.a/http");
  CHECK(load_good(resolved_yaml(scenario), {}) == scenario);
  std::string elsewhere = text;
  elsewhere.replace(elsewhere.find("through: service"), 16, "through: cluster-ip");
  const Lines problems = problems_of(elsewhere, {});
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].find("this one goes through cluster-ip") != std::string::npos);
}

TEST_CASE("an SLI of a prober for each pod is refused with the reason, that of one for all of them is read") {
  const auto through = [](const std::string& way) {
    std::string text = sample_with("{name: api.new, through: load-balancer, connection: new, period: 100ms}",
                                   "{name: web.pod, through: " + way +
                                       ", connection: new, period: 100ms, "
                                       "service: {namespace: shop, name: web, port: http}}");
    const std::string before = "api.new.longest_outage";
    return text.replace(text.find(before), before.size(), "web.pod.longest_outage");
  };
  CHECK(problems_of(through("service")).empty());
  CHECK(
      problems_of(through("each-pod")) ==
      Lines{"14:11: sli \"web.pod.longest_outage\" is about web.pod, which is one prober per pod and has no outage of "
            "its own; allowed: a prober through the load balancer, or api for all of them"});
}

TEST_CASE("files: missing, a folder, and every scenario that is shipped") {
  CHECK(load_scenario_file("/nowhere/x.yaml", kCapabilities).error().kind == ErrorKind::usage);
  CHECK(load_scenario_file("/", kCapabilities).error().kind == ErrorKind::usage);
  Capabilities shipped_here;
  for (const auto& entry : std::filesystem::directory_iterator(HADRILL_SOURCE_DIR "/kind-configs/topologies"))
    shipped_here.topologies.push_back(entry.path().stem());
  int shipped = 0;
  for (const auto& entry : std::filesystem::directory_iterator(HADRILL_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() != ".yaml") continue;
    const auto scenario = load_scenario_file(entry.path(), shipped_here);
    INFO((scenario ? "" : scenario.error().text()));
    CHECK(scenario.ok());
    if (scenario) CHECK(entry.path().stem() == scenario->name);
    ++shipped;
  }
  CHECK(shipped >= 1);
}
