#include "run/workload_observer.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace std::chrono_literals;

namespace {

PlannedProber asking(const std::optional<ServiceRef>& service) {
  PlannedProber prober;
  prober.spec.service = service;
  return prober;
}

}  // namespace

TEST_CASE("nodes, and endpoints and pods of each namespace once, are watched when a Service of users is asked") {
  Topology topology;
  topology.nodes.push_back({"lb", NodeRole::load_balancer, "id", "10.0.0.9", 40000});
  const auto watchers = [&](const std::vector<PlannedProber>& probers) {
    return WorkloadObserver(probers, topology, [](const Event&) {}).companions().size();
  };
  CHECK(watchers({asking(std::nullopt)}) == 0);
  const auto web = asking(ServiceRef{"shop", "web", "http", "/"});
  CHECK(watchers({asking(std::nullopt), web}) == 3);
  CHECK(watchers({web, asking(ServiceRef{"shop", "cart", "http", "/"})}) == 3);
  CHECK(watchers({web, asking(ServiceRef{"other", "web", "http", "/"})}) == 5);
  topology.nodes.clear();
  CHECK(watchers({web}) == 0);
}
