#include <catch2/catch.hpp>

#include "kube/api.hpp"
#include "kube/etcd.hpp"

using namespace hadrill;
using namespace hadrill::kube;
using namespace std::chrono_literals;

namespace {

Json json(const char* text) { return Json::parse(text); }

}  // namespace

TEST_CASE("API times keep their microseconds") {
  CHECK(parse_time("1970-01-01T00:00:01.500000Z") == 1'500'000'000);
  CHECK(parse_time("2026-01-01T00:00:00Z") == 1'767'225'600'000'000'000);
  CHECK(parse_time("2026-01-01") == std::nullopt);
  CHECK(parse_time("2026-01-01T00:00:00+01:00") == std::nullopt);
  CHECK(parse_time("") == std::nullopt);
}

TEST_CASE("of a /readyz answer only the failing checks are told") {
  CHECK(failing_checks("[+]ping ok\n[-]etcd failed: reason withheld\n[-]informer-sync failed: x\n[+]log ok\n") ==
        "etcd, informer-sync failed");
  CHECK(failing_checks("ok").empty());
  CHECK(failing_checks("").empty());
}

TEST_CASE("a node is ready only when its Ready condition says True") {
  const auto nodes = read_nodes(json(R"({"items": [
    {"metadata": {"name": "a"}, "status": {"conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}]}},
    {"metadata": {"name": "b"}, "status": {"conditions": [{"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown"}]}},
    {"metadata": {"name": "c"}, "spec": {"unschedulable": true}}]})"));
  REQUIRE(nodes.size() == 3);
  CHECK(nodes[0].ready);
  CHECK_FALSE(nodes[0].cordoned);
  CHECK(nodes[2].cordoned);
  CHECK_FALSE(nodes[1].ready);
  CHECK(nodes[1].reason == "NodeStatusUnknown");
  CHECK_FALSE(nodes[2].ready);
}

TEST_CASE("a pod that is not ready says why, back-off first") {
  const auto pods = read_pods(json(R"({"items": [
    {"metadata": {"name": "p"}, "spec": {"nodeName": "n"}, "status": {"phase": "Running",
      "conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady"}],
      "containerStatuses": [{"restartCount": 3, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}},
    {"metadata": {"name": "q"}, "status": {"phase": "Pending"}}]})"));
  REQUIRE(pods.size() == 2);
  CHECK(pods[0].reason == "CrashLoopBackOff");
  CHECK(pods[0].restarts == 3);
  CHECK(pods[1].reason == "Pending");
}

TEST_CASE("a workload that has no ready pod, or none to have, is read with zeros") {
  const auto workloads = read_workloads(json(R"({"items": [
    {"metadata": {"name": "etcd", "namespace": "shop"}, "spec": {"replicas": 3}, "status": {"readyReplicas": 2}},
    {"metadata": {"name": "web", "namespace": "shop"}, "spec": {"replicas": 1}, "status": {}},
    {"metadata": {"name": "off", "namespace": "shop"}, "spec": {"replicas": 0}}]})"));
  REQUIRE(workloads.size() == 3);
  CHECK(workloads[0].name_space == "shop");
  CHECK(workloads[0].name == "etcd");
  CHECK(workloads[0].wanted == 3);
  CHECK(workloads[0].ready == 2);
  CHECK(workloads[1].wanted == 1);
  CHECK(workloads[1].ready == 0);
  CHECK(workloads[2].wanted == 0);
}

TEST_CASE("a Lease is read whole; one that was never renewed is an error") {
  const auto lease = read_lease(json(R"({"metadata": {"name": "kube-scheduler"}, "spec": {"holderIdentity": "node_uuid",
    "leaseDurationSeconds": 15, "leaseTransitions": 2, "renewTime": "1970-01-01T00:00:02.000000Z"}})"));
  REQUIRE(lease.ok());
  CHECK(lease->holder == "node_uuid");
  CHECK(lease->duration == 15s);
  CHECK(lease->renewed_ns == 2'000'000'000);
  CHECK_FALSE(read_lease(json(R"({"spec": {"holderIdentity": "x"}})")).ok());
}

TEST_CASE("an etcd member's own words are read from the two answers of its gateway") {
  const auto status = read_etcd_status(
      R"({"header":{"cluster_id":"7","member_id":"18"},"leader":"18","raftIndex":"120","raftTerm":"3","raftAppliedIndex":"119"})"
      "\n"
      R"({"members":[{"ID":"18"},{"ID":"19"},{"ID":"20"}]})"
      "\n",
      "node");
  REQUIRE(status.ok());
  CHECK(status->cluster_id == "7");
  CHECK(status->member_id == "18");
  CHECK(status->leader_id == "18");
  CHECK(status->raft_index == 120);
  CHECK(status->applied_index == 119);
  CHECK(status->members == 3);
  CHECK_FALSE(status->learner);
}

TEST_CASE("a member that says something else is an error") {
  for (const char* text : {"", "\n", "{}\n{}\n", "{\"error\":\"etcdserver: no leader\"}\n{}\n", "not json\n{}\n",
                           "{\"header\":{\"member_id\":\"1\"}}\nx\n"}) {
    INFO(text);
    CHECK_FALSE(read_etcd_status(text, "node").ok());
  }
}
