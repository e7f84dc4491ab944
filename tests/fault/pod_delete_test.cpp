#include "bench.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

const Interrupt& never = Interrupt::never();

Injection of_pod(const FaultBench& bench, const Json& parameters = {{"force", false}}) {
  return {"delete-0-00000001",
          {TargetRole::pod, bench.topology.with_role(NodeRole::worker).front(), false, PodRef{"etcd-1", "shop", "u1"}},
          parameters,
          std::chrono::minutes(2)};
}

/// A pod of which each look is told in turn, the last one for ever.
struct Bench : FaultBench {
  Fault& pod_delete = fault("pod.delete");

  explicit Bench(std::vector<std::string> looks) {
    runner.on("ownerReferences", [looks = std::move(looks), next = std::size_t{0}](const Command&) mutable {
      const std::string said = looks.at(std::min(next++, looks.size() - 1));
      return Result<Completed>(Completed{0, said, "", {}});
    });
    runner.on("/readyz", "ok");
    runner.on("delete pod", "pod \"etcd-1\" deleted\n");
  }
};

const std::string kThere = "u1 - StatefulSet etcd ";

}  // namespace

TEST_CASE("a deleted pod is on its way out, gone, or another one") {
  const std::string after =
      GENERATE(as<std::string>{}, "u1 2026-01-01T00:00:00Z StatefulSet etcd ", "- - - - ", "u2 - StatefulSet etcd ");
  Bench bench({kThere, kThere, after});
  REQUIRE(bench.pod_delete.available(of_pod(bench), never).ok());
  CHECK_FALSE(bench.runner.ran("hadrill-delete"));
  CHECK_FALSE(bench.pod_delete.stays(Json::object()));
  const auto proof = bench.pod_delete.inject(of_pod(bench), never);
  REQUIRE(proof.ok());
  CHECK(proof->t0_lower <= proof->t0_upper);
  CHECK(proof->evidence == Json{{"pod", "shop/etcd-1"},
                                {"uid", "u1"},
                                {"state", after.starts_with("u1") ? "on its way out" : "gone"},
                                {"forced", false},
                                {"owner", "StatefulSet/etcd"}});
  CHECK(bench.runner.ran("hadrill-delete shop etcd-1"));
  CHECK_FALSE(bench.runner.ran("--grace-period=0"));
  CHECK(bench.pod_delete.heal(of_pod(bench), never).ok());
}

TEST_CASE("by force its kubelet is not asked") {
  Bench bench({kThere, "- - - - "});
  const auto proof = bench.pod_delete.inject(of_pod(bench, {{"force", true}}), never);
  REQUIRE(proof.ok());
  CHECK(proof->evidence["forced"] == true);
  CHECK(bench.runner.ran("hadrill-delete shop etcd-1 --force --grace-period=0"));
}

TEST_CASE("a pod that is there as before was not deleted") {
  Bench bench({kThere});
  const auto proof = bench.pod_delete.inject(of_pod(bench), never);
  REQUIRE_FALSE(proof.ok());
  CHECK(proof.error().message == "the pod etcd-1 is there as before");
}

TEST_CASE("healed is what the owner says: all its pods ready") {
  const auto [owner, state, healed] = GENERATE(table<std::string, std::string, bool>({
      {"StatefulSet/etcd", R"({"spec": {"replicas": 3}, "status": {"readyReplicas": 3}})", true},
      {"StatefulSet/etcd", R"({"spec": {"replicas": 3}, "status": {"readyReplicas": 2}})", false},
      {"ReplicaSet/web-1", R"({"spec": {"replicas": 1}, "status": {}})", false},
      {"DaemonSet/proxy", R"({"status": {"desiredNumberScheduled": 5, "numberReady": 5}})", true},
      {"DaemonSet/proxy", R"({"status": {"desiredNumberScheduled": 5, "numberReady": 4}})", false},
  }));
  FaultBench bench;
  bench.runner.on("hadrill-look shop " + owner, state);
  CHECK(bench.fault("pod.delete").prove_healed(of_pod(bench), {{"owner", owner}}, never).ok() == healed);
  CHECK_FALSE(bench.fault("pod.delete").prove_healed(of_pod(bench), Json::object(), never).ok());
}

TEST_CASE("a pod that nobody would make anew, or that is gone, is not deleted") {
  const auto [look, kind, words] = GENERATE(table<std::string, ErrorKind, std::string>({
      {"u1 - - - ", ErrorKind::usage, "is nobody"},
      {"u1 - Job once ", ErrorKind::usage, "is a Job"},
      {"u1 - Node n1 ", ErrorKind::usage, "static-pod.remove"},
      {"u2 - StatefulSet etcd ", ErrorKind::infrastructure, "is gone or on its way out"},
      {"u1 2026-01-01T00:00:00Z StatefulSet etcd ", ErrorKind::infrastructure, "is gone or on its way out"},
  }));
  Bench bench({look});
  for (const Status& status : {bench.pod_delete.available(of_pod(bench), never)}) {
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().kind == kind);
    CHECK(status.error().message.find(words) != std::string::npos);
  }
  CHECK_FALSE(bench.pod_delete.inject(of_pod(bench), never).ok());
  CHECK_FALSE(bench.runner.ran("hadrill-delete"));
  CHECK_FALSE(bench.pod_delete.available(bench.injection(TargetRole::worker), never).ok());
}
