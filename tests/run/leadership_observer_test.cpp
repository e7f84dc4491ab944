#include "run/leadership_observer.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace std::chrono_literals;

TEST_CASE("what is observed is told first, with the reason for what is not") {
  Topology topology;
  topology.nodes.push_back({"cp1", NodeRole::control_plane, "id", "10.0.0.2", 40001});
  topology.nodes.push_back({"cp2", NodeRole::control_plane, "id", "10.0.0.3", std::nullopt});
  topology.nodes.push_back({"w1", NodeRole::worker, "id", "10.0.0.4", std::nullopt});
  std::vector<Event> events;
  EtcdWays none;
  none.missing = "no certificate";
  LeadershipObserver observer(topology, std::move(none), EtcdPace{250ms},
                              [&events](const Event& event) { events.push_back(event); });
  // One that publishes no port cannot be watched through.
  CHECK(observer.companions().size() == 1);
  observer.start(Instant{5});
  REQUIRE(events.size() == 1);
  CHECK(events[0].type == event_type::leadership_observing);
  CHECK(events[0].at == Instant{5});
  CHECK(events[0].data == Json({{"leases", Json::array({"kube-controller-manager", "kube-scheduler"})},
                                {"through", Json::array({"cp1"})},
                                {"etcd", Json::array()},
                                {"etcdPeriodNs", 250'000'000},
                                {"etcdNotObserved", "no certificate"}}));
}
