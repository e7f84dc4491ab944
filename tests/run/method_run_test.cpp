#include "run/method_run.hpp"

#include <catch2/catch.hpp>

#include "history/event.hpp"
#include "support/manual_clock.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

InjectStep inject_step(const std::string& id) { return {id, "process.pause", {TargetRole::etcd, {}}}; }

ObserveStep observe_step(const std::string& id, Duration at_least, bool until_recovered = false) {
  ObserveStep step;
  step.id = id;
  step.at_least = at_least;
  step.until_recovered = until_recovered;
  step.timeout = 2min;
  return step;
}

/// A cluster that is broken for as long as a fault is in force, and `recovers_in` longer.
class FakeCluster final : public MethodDoors {
 public:
  ManualClock clock;
  Interrupt interrupt;
  HealSwitch heal_now;
  bool stays = true;
  Duration recovers_in = 3s;
  std::optional<Error> heal_trouble;
  std::function<void(Duration since_begin)> on_look = [](Duration) {};
  std::vector<std::string> done;  ///< "inject a", "heal a", "by hand a"
  std::vector<std::string> told;  ///< progress
  std::vector<Event> events;

  Status run(const std::vector<Step>& method) {
    begin_ = clock.now();
    return MethodRun(method, *this, clock, interrupt, &heal_now).run();
  }
  const Event* event(const char* type) const {
    for (const Event& one : events) {
      if (one.type == type) return &one;
    }
    return nullptr;
  }
  Duration since_begin() const { return clock.now() - begin_; }

  Check look() override {
    on_look(since_begin());
    Check check{clock.now(), clock.now(), {{"etcd", ""}}};
    const bool broken = !in_force_.empty() || (whole_from_ && clock.now() < *whole_from_);
    if (broken) check.conditions[0].reason = "a member does not answer";
    return check;
  }
  Status inject(const InjectStep& step, const std::optional<Check>&) override {
    done.push_back("inject " + step.id);
    injected_ = true;
    if (stays) in_force_.push_back(step.id);
    if (!stays) whole_from_ = clock.now() + recovers_in;
    return Ok{};
  }
  Status heal(const std::string& step) override {
    done.push_back("heal " + step);
    std::erase(in_force_, step);
    whole_from_ = clock.now() + recovers_in;
    return Ok{};
  }
  Result<std::vector<std::string>> heal_in_force() override {
    if (heal_trouble) return *heal_trouble;
    for (const std::string& step : in_force_) done.push_back("by hand " + step);
    whole_from_ = clock.now() + recovers_in;
    return std::exchange(in_force_, {});
  }
  bool has_injected() const override { return injected_; }
  bool in_force() const override { return !in_force_.empty(); }
  std::optional<std::string> stop_reason() override { return {}; }
  void record(const char* type, Json data) override { events.push_back({clock.now(), type, std::move(data)}); }
  void progress(const std::string& line) override { told.push_back(line); }

 private:
  Instant begin_;
  bool injected_ = false;
  std::vector<std::string> in_force_;
  std::optional<Instant> whole_from_;
};

std::vector<std::string> ends_of(const FakeCluster& cluster) {
  std::vector<std::string> ends;
  for (const Event& event : cluster.events) {
    if (event.type == event_type::observe_ended)
      ends.push_back(json_text(event.data, "/step") + (event.data.at("recovered").get<bool>() ? " recovered" : ""));
  }
  return ends;
}

std::vector<Step> pause_and_heal() {
  return {inject_step("pause"), observe_step("watch", 60s), HealStep{"heal-1", "pause"},
          observe_step("recover", 20s, true)};
}

}  // namespace

TEST_CASE("a method runs to its end in the order of its steps") {
  FakeCluster cluster;
  REQUIRE(cluster.run(pause_and_heal()).ok());
  CHECK(cluster.done == std::vector<std::string>{"inject pause", "heal pause"});
  CHECK(ends_of(cluster) == std::vector<std::string>{"watch", "recover recovered"});
  CHECK(cluster.event(event_type::healed_by_hand) == nullptr);
  CHECK(cluster.since_begin() >= 80s);
}

TEST_CASE("heal now undoes what is in force, skips what would break more, and observes recovery") {
  FakeCluster cluster;
  cluster.on_look = [&](Duration since) {
    if (since == 12s) cluster.heal_now.ask();
  };
  std::vector<Step> method = pause_and_heal();
  method.insert(method.end(), {Step(inject_step("again")), Step(observe_step("last", 20s, true))});
  REQUIRE(cluster.run(method).ok());
  CHECK(cluster.done == std::vector<std::string>{"inject pause", "by hand pause"});
  const Event* by_hand = cluster.event(event_type::healed_by_hand);
  REQUIRE(by_hand != nullptr);
  CHECK(by_hand->data.at("undone") == Json::array({"pause"}));
  CHECK(by_hand->data.at("skipped") == Json::array({"again"}));
  CHECK(by_hand->data.at("beganNs").get<std::int64_t>() == (Instant{1'000'000'000} + Duration(12s)).ns);
  // Until every spare has been back for as long as kubelets may tell old things, and no longer.
  CHECK(ends_of(cluster) == std::vector<std::string>{"last recovered"});
  CHECK(cluster.since_begin() < 30s);
}

TEST_CASE("heal now in a method that never waits for recovery waits for it all the same") {
  FakeCluster cluster;
  cluster.recovers_in = 25s;
  cluster.on_look = [&](Duration since) {
    if (since == 2s) cluster.heal_now.ask();
  };
  REQUIRE(cluster.run({inject_step("pause"), observe_step("watch", 60s)}).ok());
  CHECK(ends_of(cluster) == std::vector<std::string>{"watch recovered"});
  CHECK(cluster.since_begin() >= 38s);
}

TEST_CASE("a cluster that does not come back after heal now is told as such") {
  FakeCluster cluster;
  cluster.recovers_in = 10min;
  cluster.on_look = [&](Duration since) {
    if (since == 2s) cluster.heal_now.ask();
  };
  REQUIRE(cluster.run({inject_step("pause"), observe_step("watch", 60s)}).ok());
  const Event* ended = cluster.event(event_type::observe_ended);
  REQUIRE(ended != nullptr);
  CHECK(ended->data.at("timedOut") == true);
}

TEST_CASE("heal now with nothing to heal changes nothing, and says so") {
  FakeCluster before;
  before.heal_now.ask();
  REQUIRE(before.run(pause_and_heal()).ok());
  CHECK(before.told.front() == "nothing to heal: nothing is broken yet");
  CHECK(before.done == std::vector<std::string>{"inject pause", "heal pause"});

  FakeCluster after;  // a killed process comes back by itself
  after.stays = false;
  after.on_look = [&](Duration since) {
    if (since == 5s) after.heal_now.ask();
  };
  REQUIRE(after.run({inject_step("kill"), observe_step("recover", 20s, true)}).ok());
  CHECK(after.event(event_type::healed_by_hand) == nullptr);
  CHECK(after.since_begin() >= 20s);
  CHECK(std::find(after.told.begin(), after.told.end(), "nothing to heal: what was broken comes back by itself") !=
        after.told.end());
}

TEST_CASE("heal now among kills that come back by themselves skips those to come") {
  FakeCluster cluster;
  cluster.stays = false;
  cluster.on_look = [&](Duration since) {
    if (since == 5s) cluster.heal_now.ask();
  };
  REQUIRE(cluster
              .run({inject_step("one"), observe_step("between", 30s), inject_step("two"),
                    observe_step("recover", 20s, true)})
              .ok());
  CHECK(cluster.done == std::vector<std::string>{"inject one"});
  CHECK(cluster.event(event_type::healed_by_hand)->data.at("undone").empty());
  CHECK(cluster.event(event_type::healed_by_hand)->data.at("skipped") == Json::array({"two"}));
}

TEST_CASE("healing by hand that fails ends the method with its error") {
  FakeCluster cluster;
  cluster.heal_trouble = infrastructure_error("agent", "no answer");
  cluster.on_look = [&](Duration since) {
    if (since == 5s) cluster.heal_now.ask();
  };
  const Status ended = cluster.run(pause_and_heal());
  REQUIRE_FALSE(ended.ok());
  CHECK(ended.error().message == "no answer");
  CHECK(cluster.event(event_type::healed_by_hand) == nullptr);
}

TEST_CASE("a wish to stop ends the method wherever it is, healing by hand or not") {
  FakeCluster cluster;
  cluster.on_look = [&](Duration since) {
    if (since == 5s) cluster.heal_now.ask();
    if (since == 7s) cluster.interrupt.raise();
  };
  const Status ended = cluster.run(pause_and_heal());
  REQUIRE_FALSE(ended.ok());
  CHECK(ended.error().kind == ErrorKind::interrupted);
  CHECK(cluster.since_begin() == 7s);
}
