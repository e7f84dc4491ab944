// A cluster that is not whole is waited for, and it is said at once what is missing.
#include "run/steady_state.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "support/manual_clock.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

/// A cluster without its scheduler until `whole_from` has passed.
struct Degraded {
  ManualClock clock;
  Interrupt interrupt;
  Duration whole_from = 1h;
  Result<bool> held = true;
  std::string missing = condition::system_pods;
  std::function<void(Duration)> on_look = [](Duration) {};
  std::vector<std::pair<Duration, std::string>> told;
  std::size_t looks = 0;
  Instant began = clock.now();

  Duration since() const { return clock.now() - began; }
  Status wait() {
    const auto look = [this] {
      ++looks;
      on_look(since());
      Check check{clock.now(), clock.now(), {{condition::nodes, ""}, {missing, ""}}};
      // Reasons differ from look to look.
      if (since() < whole_from)
        check.conditions[1].reason = "kube-scheduler-cp1 is not there, look " + std::to_string(looks);
      return check;
    };
    const auto progress = [this](const std::string& line) { told.emplace_back(since(), line); };
    return wait_for_steady_state({look, [this] { return held; }, progress}, clock, interrupt);
  }
};

}  // namespace

TEST_CASE("what a degraded cluster lacks is said at once, now and then, and in the error") {
  Degraded cluster;
  const Status waited = cluster.wait();
  REQUIRE_FALSE(waited.ok());
  // Kind infrastructure is exit code 5.
  CHECK(waited.error().kind == ErrorKind::infrastructure);
  CHECK(waited.error().message == "not reached within 5m");
  CHECK(waited.error().detail.starts_with("system-pods: kube-scheduler-cp1 is not there"));
  REQUIRE_FALSE(cluster.told.empty());
  CHECK(cluster.told.front().first == 0s);
  CHECK(cluster.told.front().second ==
        "no steady state yet, 5m left: system-pods: kube-scheduler-cp1 is not there, look 1");
  CHECK(cluster.looks == 300);
  CHECK(cluster.told.size() == static_cast<std::size_t>(kSteadyTimeout / kMissingInterval));
}

TEST_CASE("another thing that is missing is said when it is found") {
  Degraded cluster;
  cluster.on_look = [&cluster](Duration since) {
    if (since >= 5s) cluster.missing = condition::etcd;
  };
  CHECK_FALSE(cluster.wait().ok());
  REQUIRE(cluster.told.size() >= 2);
  CHECK(cluster.told[1].first == 5s);
  CHECK(cluster.told[1].second.find("etcd: ") != std::string::npos);
}

TEST_CASE("a cluster that gets whole is waited for, and a whole one has nothing said of it") {
  Degraded late;
  late.whole_from = 40s;
  REQUIRE(late.wait().ok());
  CHECK(late.since() == 40s);
  CHECK(late.told.size() == 2);
  Degraded whole;
  whole.whole_from = 0s;
  REQUIRE(whole.wait().ok());
  CHECK(whole.told.empty());
}

TEST_CASE("a steady state that never lasts, an error of holding it, an interrupt") {
  Degraded cluster;
  cluster.whole_from = 0s;
  SECTION("never lasts") {
    cluster.held = false;
    CHECK(cluster.wait().error().detail == "it did not last");
  }
  SECTION("holding it fails") {
    cluster.held = infrastructure_error("a", "b");
    CHECK(cluster.wait().error().where == "a");
  }
  SECTION("interrupted") {
    cluster.on_look = [&cluster](Duration) { cluster.interrupt.raise(); };
    CHECK(cluster.wait().error().kind == ErrorKind::interrupted);
    CHECK(cluster.told.empty());
  }
}
