#include "cluster/conditions.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace std::chrono_literals;

namespace {

Topology two_planes() {
  return {"c",
          {{"cp1", NodeRole::control_plane, "id1", "10.0.0.1", 1},
           {"cp2", NodeRole::control_plane, "id2", "10.0.0.2", 2},
           {"w", NodeRole::worker, "id3", "10.0.0.3", std::nullopt},
           {"lb", NodeRole::load_balancer, "id4", "10.0.0.4", 3}}};
}

Result<kube::EtcdStatus> member(const char* id, const char* leader, std::uint64_t index, int members = 2) {
  kube::EtcdStatus status;
  status.member_id = id;
  status.leader_id = leader;
  status.raft_index = index;
  status.applied_index = index;
  status.members = members;
  return status;
}

std::vector<kube::PodStatus> all_static_pods() {
  std::vector<kube::PodStatus> pods;
  for (const char* node : {"cp1", "cp2"}) {
    for (const char* component : {"etcd-", "kube-apiserver-", "kube-controller-manager-", "kube-scheduler-"}) {
      pods.push_back({std::string(component) + node, node, true, "", 0});
    }
  }
  return pods;
}

}  // namespace

TEST_CASE("every node but the load balancer has to be registered, Ready and not cordoned") {
  using Nodes = std::vector<kube::NodeStatus>;
  CHECK(nodes_condition(two_planes(), Nodes{{"cp1", true, ""}, {"cp2", true, ""}, {"w", true, ""}}).holds());
  CHECK(nodes_condition(two_planes(), Nodes{{"cp1", true, ""}, {"cp2", false, "KubeletNotReady"}}).reason ==
        "cp2 is not Ready (KubeletNotReady); w is not registered");
  CHECK(nodes_condition(two_planes(), Nodes{{"cp1", true, "", true}, {"cp2", false, "x", true}, {"w", true, ""}})
            .reason == "node cp1 is cordoned; cp2 is not Ready (x); node cp2 is cordoned");
  CHECK_FALSE(nodes_condition(two_planes(), infrastructure_error("GET", "refused")).holds());
}

TEST_CASE("every static pod has to be there and every pod Ready") {
  auto pods = all_static_pods();
  CHECK(pods_condition(two_planes(), pods).holds());
  pods[0].ready = false;
  pods[0].reason = "CrashLoopBackOff";
  pods.pop_back();
  CHECK(pods_condition(two_planes(), pods).reason ==
        "etcd-cp1 is not Ready (CrashLoopBackOff); kube-scheduler-cp2 is missing");
  CHECK_FALSE(pods_condition(two_planes(), std::vector<kube::PodStatus>{}).holds());
}

TEST_CASE("what users run has to have all its replicas ready; the cluster's own and hadrill's are not asked") {
  using Workloads = std::vector<kube::WorkloadStatus>;
  CHECK(workloads_condition(Workloads{}).holds());
  CHECK(workloads_condition(Workloads{{"shop", "cart", 3, 3}, {"shop", "off", 0, 0}}).holds());
  CHECK(workloads_condition(Workloads{{"shop", "cart", 3, 2}, {"etcd-example", "etcd", 3, 0}}).reason ==
        "shop/cart has 2 of 3 replicas ready; etcd-example/etcd has 0 of 3 replicas ready");
  CHECK(workloads_condition(
            Workloads{{"kube-system", "a", 1, 0}, {"hadrill-x", "b", 1, 0}, {"local-path-storage", "c", 1, 0}})
            .holds());
  CHECK_FALSE(workloads_condition(infrastructure_error("GET", "refused")).holds());
}

TEST_CASE("the load balancer of the workers has to answer, whatever it says") {
  http::Transfer answer;
  answer.ending = http::Ending::response;
  answer.status = 503;
  CHECK(node_load_balancer_condition(answer).holds());
  for (const http::Ending ending : {http::Ending::refused, http::Ending::reset, http::Ending::timeout}) {
    answer.ending = ending;
    answer.reason = "Connection reset by peer";
    CHECK(node_load_balancer_condition(answer).reason == "Connection reset by peer");
    answer.reason.clear();
    CHECK(node_load_balancer_condition(answer).reason == "does not answer");
  }
}

TEST_CASE("cluster DNS needs one ready pod") {
  CHECK(
      coredns_condition(std::vector<kube::PodStatus>{{"coredns-1", "w", false, "", 0}, {"coredns-2", "w", true, "", 0}})
          .holds());
  CHECK_FALSE(coredns_condition(std::vector<kube::PodStatus>{{"other", "w", true, "", 0}}).holds());
}

TEST_CASE("etcd: one leader among the members, all voters, nobody behind") {
  const auto members = two_planes().with_role(NodeRole::control_plane);
  CHECK(etcd_condition(members, {member("1", "1", 500), member("2", "1", 450)}).holds());
  CHECK(etcd_leader_node(members, {member("1", "2", 5), member("2", "2", 5)}) == "cp2");
  CHECK(etcd_condition(members, {member("1", "1", 500), member("2", "1", 399)}).reason ==
        "member on cp2 is 101 entries behind");
  CHECK(etcd_condition(members, {member("1", "0", 5), member("2", "0", 5)}).reason == "no leader");
  CHECK(etcd_condition(members, {member("1", "1", 5), member("2", "2", 5)}).reason ==
        "members disagree about the leader");
  CHECK(etcd_condition(members, {member("1", "1", 5, 3), member("2", "1", 5)}).reason ==
        "member on cp1 knows 3 members, not 2");
  CHECK(etcd_condition(members, {member("1", "1", 5), infrastructure_error("x", "timed out")}).reason ==
        "member on cp2 does not answer (timed out)");
  auto learner = member("2", "1", 5);
  learner->learner = true;
  CHECK(etcd_condition(members, {member("1", "1", 5), learner}).reason == "member on cp2 is a learner");
}

TEST_CASE("Leases have to be held and renewed within their duration") {
  const kube::LeaseStatus held{"cp1_uuid", 100'000'000'000, 15s, 0};
  CHECK(leases_condition(held, held, 114'999'999'999).holds());
  CHECK(leases_condition(held, held, 115'000'000'000).reason ==
        "Lease kube-controller-manager was renewed 15.0 s ago; Lease kube-scheduler was renewed 15.0 s ago");
  kube::LeaseStatus released = held;
  released.holder.clear();
  CHECK(leases_condition(held, released, 101'000'000'000).reason == "Lease kube-scheduler has no holder");
  CHECK(lease_node(two_planes(), held) == "cp1");
  CHECK(lease_node(two_planes(), {"gone_uuid", 0, 15s, 0}) == std::nullopt);
}

TEST_CASE("the load balancer has to reach every API server") {
  CHECK(load_balancer_condition({"a", "b"}, {"b", "a"}, "").holds());
  CHECK(load_balancer_condition({"a", "b", "c"}, {"a"}, "refused").reason ==
        "new connections reached 1 of 3 API servers (refused)");
  CHECK_FALSE(load_balancer_condition({"a"}, {}, "").holds());
}
