#include "plan/guard.hpp"

#include <catch2/catch.hpp>

#include "plan/cluster.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

LiveHealth all_healthy(const Topology& topology) {
  LiveHealth health;
  for (const Node& node : topology.with_role(NodeRole::control_plane)) {
    health.etcd_members.insert(node.name);
    health.api_servers.insert(node.name);
  }
  return health;
}

/// Losses of `role` on the first `count` control planes.
std::vector<Loss> lose(TargetRole role, int count) {
  std::vector<Loss> losses;
  for (int i = 1; i <= count; ++i) losses.push_back({role, "drill-control-plane" + (i == 1 ? "" : std::to_string(i))});
  return losses;
}

std::optional<RoleImpact> broken_by(TargetRole role, int count, int members) {
  const Topology topology = paper_cluster(members);
  return broken(impact_of(lose(role, count), topology, all_healthy(topology)));
}

}  // namespace

TEST_CASE("etcd needs a majority, API servers one") {
  CHECK_FALSE(broken_by(TargetRole::etcd, 1, 3));
  CHECK(broken_by(TargetRole::etcd, 2, 3));
  CHECK_FALSE(broken_by(TargetRole::etcd, 2, 5));
  CHECK(broken_by(TargetRole::etcd, 3, 5));
  CHECK(broken_by(TargetRole::etcd, 2, 4));
  CHECK(broken_by(TargetRole::etcd, 1, 2));
  CHECK_FALSE(broken_by(TargetRole::apiserver, 2, 3));
  CHECK(broken_by(TargetRole::apiserver, 3, 3));
}

TEST_CASE("a member that is down already counts as lost") {
  const Topology topology = paper_cluster();
  LiveHealth health = all_healthy(topology);
  health.etcd_members.erase("drill-control-plane3");
  const auto lost = broken(impact_of(lose(TargetRole::etcd, 1), topology, health));
  REQUIRE(lost);
  CHECK(lost->text() == "etcd: 1 of 3 remain (2 serve now), 2 are needed");
  // Breaking the one that is down takes nothing more.
  CHECK_FALSE(broken(impact_of({{TargetRole::etcd, "drill-control-plane3"}}, topology, health)));
}

TEST_CASE("a whole node takes every role on it, each is counted by itself, and twice is once") {
  const Topology topology = paper_cluster();
  std::vector<Loss> losses = lose(TargetRole::etcd, 1);
  for (const TargetRole role : {TargetRole::apiserver, TargetRole::scheduler, TargetRole::kubelet, TargetRole::etcd})
    losses.push_back({role, "drill-control-plane"});
  const auto impacts = impact_of(losses, topology, all_healthy(topology));
  REQUIRE(impacts.size() == 3);
  CHECK(impacts[0].role == TargetRole::etcd);
  CHECK(impacts[0].remaining == 2);
  CHECK(impacts[1].role == TargetRole::apiserver);
  CHECK(impacts[2].role == TargetRole::scheduler);
  CHECK_FALSE(broken(impacts));
}

TEST_CASE("the only load balancer is needed, all schedulers are not") {
  const Topology topology = paper_cluster();
  const auto balancer =
      broken(impact_of({{TargetRole::load_balancer, "drill-external-load-balancer"}}, topology, all_healthy(topology)));
  REQUIRE(balancer);
  CHECK(balancer->text() == "load-balancer: 0 of 1 remain, 1 is needed");
  const auto schedulers = impact_of(lose(TargetRole::scheduler, 3), topology, all_healthy(topology));
  REQUIRE(schedulers.size() == 1);
  CHECK_FALSE(schedulers[0].kept());
  CHECK_FALSE(broken(schedulers));
}

TEST_CASE("a fault that takes nothing breaks nothing") {
  const Topology topology = paper_cluster();
  CHECK(impact_of({}, topology, {}).empty());
  CHECK(impact_of({{TargetRole::worker, "drill-worker"}}, topology, {}).empty());
}
