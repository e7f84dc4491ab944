#include <set>

#include "cluster.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

using Kind = Selector::Kind;

Selector by(Kind kind, int count = 1, std::string node = {}) { return {kind, count, std::move(node)}; }

Result<std::vector<ResolvedTarget>> resolve(TargetRole role, Selector select,
                                            const Topology& topology = paper_cluster(),
                                            const Leadership& leadership = kLeaders, std::uint64_t seed = 1) {
  return resolve_target({role, std::move(select)}, "kill", topology, leadership, seed);
}

std::string error_of(const Result<std::vector<ResolvedTarget>>& result) {
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().kind == ErrorKind::usage);
  return result.error().text();
}

const std::string kInstances = "drill-control-plane, drill-control-plane2, drill-control-plane3)";

}  // namespace

TEST_CASE("all, a node, and the leader of each role") {
  const auto all = resolve(TargetRole::apiserver, by(Kind::all));
  CHECK(names_of(all.value()) == Names{"drill-control-plane", "drill-control-plane2", "drill-control-plane3"});
  CHECK(names_of(resolve(TargetRole::etcd, by(Kind::node, 1, "drill-control-plane3")).value()) ==
        Names{"drill-control-plane3"});
  CHECK(names_of(resolve(TargetRole::etcd, by(Kind::leader)).value()) == Names{"drill-control-plane2"});
  CHECK(names_of(resolve(TargetRole::controller_manager, by(Kind::leader)).value()) == Names{"drill-control-plane3"});
  CHECK(names_of(resolve(TargetRole::scheduler, by(Kind::leader)).value()) == Names{"drill-control-plane"});
}

TEST_CASE("targets know whether they lead") {
  const auto all = resolve(TargetRole::etcd, by(Kind::all)).value();
  CHECK_FALSE(all[0].leads);
  CHECK(all[1].leads);
  CHECK_FALSE(all[2].leads);
  CHECK(all[1].role == TargetRole::etcd);
  CHECK(all[1].node.container_id == "id-drill-control-plane2");
  for (const ResolvedTarget& target : resolve(TargetRole::apiserver, by(Kind::all)).value()) CHECK_FALSE(target.leads);
}

TEST_CASE("random choices: the seed decides, every instance can be hit, followers never lead") {
  std::set<std::string> hit;
  std::set<std::string> followers;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const auto one = resolve(TargetRole::apiserver, by(Kind::one), paper_cluster(), kLeaders, seed).value();
    CHECK(names_of(one) == names_of(resolve(TargetRole::apiserver, by(Kind::one), paper_cluster(), {}, seed).value()));
    REQUIRE(one.size() == 1);
    hit.insert(one[0].node.name);
    const auto follower = resolve(TargetRole::etcd, by(Kind::follower), paper_cluster(), kLeaders, seed).value();
    REQUIRE(follower.size() == 1);
    CHECK_FALSE(follower[0].leads);
    followers.insert(follower[0].node.name);
    CHECK(resolve(TargetRole::etcd, by(Kind::fixed, 2), paper_cluster(), kLeaders, seed).value().size() == 2);
  }
  CHECK(hit.size() == 3);
  CHECK(followers == std::set<std::string>{"drill-control-plane", "drill-control-plane3"});
}

TEST_CASE("a fixed number is in the order of the cluster and without repetition") {
  CHECK(names_of(resolve(TargetRole::etcd, by(Kind::fixed, 3)).value()) ==
        Names{"drill-control-plane", "drill-control-plane2", "drill-control-plane3"});
}

TEST_CASE("what cannot be resolved says what there is") {
  CHECK(error_of(resolve(TargetRole::etcd, by(Kind::fixed, 4))) ==
        "step kill: \"fixed: 4\" needs 4 to choose from, there are 3 (instances of etcd: " + kInstances);
  CHECK(error_of(resolve(TargetRole::etcd, by(Kind::node, 1, "drill-worker"))) ==
        "step kill: no etcd runs on node \"drill-worker\" (instances of etcd: " + kInstances);
  CHECK(error_of(resolve(TargetRole::etcd, by(Kind::leader), paper_cluster(), {})) ==
        "step kill: no leader of etcd is known (instances of etcd: " + kInstances);
  CHECK(error_of(resolve(TargetRole::etcd, by(Kind::follower), paper_cluster(), {})) ==
        "step kill: no leader of etcd is known (instances of etcd: " + kInstances);
  CHECK(
      error_of(resolve(TargetRole::scheduler, by(Kind::leader), paper_cluster(), {{}, {}, "elsewhere"})) ==
      "step kill: the leader of scheduler is on \"elsewhere\", which is not of this cluster (instances of scheduler: " +
          kInstances);
  CHECK(error_of(resolve(TargetRole::etcd, by(Kind::follower), paper_cluster(1), {"drill-control-plane", {}, {}})) ==
        "step kill: \"follower\" needs 1 that do not lead, there are 0 (instances of etcd: drill-control-plane)");
  CHECK(error_of(resolve(TargetRole::apiserver, by(Kind::leader))) ==
        "step kill: API servers have no leader, all of them serve (instances of apiserver: " + kInstances);
  CHECK(error_of(resolve(TargetRole::apiserver, by(Kind::one), paper_cluster(0))) ==
        "step kill: no apiserver to target (instances of apiserver: none)");
}

TEST_CASE("quorum arithmetic") {
  const auto impact = [](TargetRole role, int count, int members) {
    const Topology topology = paper_cluster(members);
    const auto targets = resolve(role, by(Kind::fixed, count), topology).value();
    return quorum_impact(targets, topology);
  };
  const QuorumImpact one_of_three = impact(TargetRole::etcd, 1, 3);
  CHECK(one_of_three.members == 3);
  CHECK(one_of_three.remaining == 2);
  CHECK(one_of_three.needed == 2);
  CHECK(one_of_three.kept());
  CHECK_FALSE(impact(TargetRole::etcd, 2, 3).kept());
  CHECK(impact(TargetRole::etcd, 2, 5).kept());
  CHECK_FALSE(impact(TargetRole::etcd, 3, 5).kept());
  CHECK_FALSE(impact(TargetRole::etcd, 2, 4).kept());
  CHECK_FALSE(impact(TargetRole::etcd, 1, 2).kept());
  CHECK(impact(TargetRole::apiserver, 2, 3).kept());
  CHECK(impact(TargetRole::apiserver, 2, 3).needed == 1);
  CHECK_FALSE(impact(TargetRole::scheduler, 3, 3).kept());

  auto twice = resolve(TargetRole::etcd, by(Kind::leader)).value();
  twice.push_back(twice.front());
  CHECK(quorum_impact(twice, paper_cluster()).remaining == 2);
  CHECK(quorum_impact({}, paper_cluster()).remaining == 3);
}
