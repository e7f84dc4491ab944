// What good files mean.
#include <filesystem>

#include "sample.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

TEST_CASE("every key of a scenario arrives") {
  const Scenario scenario = load_good(kSample);
  CHECK(scenario.name == "sample");
  CHECK(scenario.description == "A sample");
  CHECK(scenario.tags == std::vector<std::string>{"one", "two"});
  CHECK(scenario.topology == "stacked");
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
  CHECK(inject.parameters == Json{{"signal", "TERM"}});
  CHECK(std::get<ObserveStep>(scenario.method[1]) ==
        ObserveStep{"step-2", 60s, false, 0s, ObserveStep::OnTimeout::fail});
  REQUIRE(scenario.slos.size() == 1);
  CHECK(scenario.slos[0] == Slo{{SliRef::Kind::longest_outage, "api.new", "api.new.longest_outage"}, 5s, 0});
}

TEST_CASE("what may be left out has its documented default") {
  CHECK(load_good(sample_with(", description: \"A sample\", tags: [one, two]", "")).description.empty());
  CHECK(load_good(sample_with("steadyState: {hold: 20s}\n", "")).steady_state_hold == 15s);
  CHECK(load_good(sample_with("{hold: 20s}", "{}")).steady_state_hold == 15s);
  const Scenario scenario = load_good(sample_with(", signal: TERM", ""));
  CHECK(std::get<InjectStep>(scenario.method[0]).parameters == Json{{"signal", "KILL"}});
  CHECK(std::get<InjectStep>(load_good(sample_with("id: kill\n    inject", "inject")).method[0]).id == "step-1");
}

TEST_CASE("prober deadline and timeout are taken as written") {
  const Scenario scenario = load_good(sample_with("100ms", "10ms, deadline: 2s, timeout: 2s"));
  CHECK(scenario.probers[0].deadline == 2s);
  CHECK(scenario.probers[0].timeout == 2s);
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
  const Slo availability = slo("sli: api.availability, budget: 99.5%");
  CHECK(availability.sli.kind == SliRef::Kind::availability);
  CHECK(availability.availability == Approx(0.995));
  CHECK(slo("sli: api.availability, budget: 0%").availability == 0);
  CHECK(slo("sli: api.availability, budget: 100%").availability == 1);
}

TEST_CASE("a fault without parameters needs no entry in the schema") {
  const Scenario scenario = load_good(sample_with("process.kill, target: {role: etcd, select: one}, signal: TERM",
                                                  "process.pause, target: {role: etcd, select: one}"));
  CHECK(std::get<InjectStep>(scenario.method[0]).parameters == Json::object());
}

TEST_CASE("files: missing, a folder, and every scenario that is shipped") {
  CHECK(load_scenario_file("/nowhere/x.yaml", kCapabilities).error().kind == ErrorKind::usage);
  CHECK(load_scenario_file("/", kCapabilities).error().kind == ErrorKind::usage);
  int shipped = 0;
  for (const auto& entry : std::filesystem::directory_iterator(HADRILL_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() != ".yaml") continue;
    const auto scenario = load_scenario_file(entry.path(), kCapabilities);
    INFO((scenario ? "" : scenario.error().text()));
    CHECK(scenario.ok());
    if (scenario) CHECK(entry.path().stem() == scenario->name);
    ++shipped;
  }
  CHECK(shipped >= 1);
}
