#include "cluster/live_state.hpp"

#include <catch2/catch.hpp>

#include "support/fake_client.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

const std::string kLeases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
const std::string kPods =
    "/api/v1/namespaces/kube-system/pods?labelSelector=app.kubernetes.io%2Fname%3Ddns%2Ck8s-app%3Dkube-dns";

Topology two_planes() {
  return {"c",
          {{"cp1", NodeRole::control_plane, "id1", "10.0.0.1", 4001},
           {"cp2", NodeRole::control_plane, "id2", "10.0.0.2", 4002},
           {"lb", NodeRole::load_balancer, "id3", "10.0.0.3", 4000}}};
}

LiveNeeds everything() {
  LiveNeeds needs;
  needs.lease_holders = true;
  needs.pods = PodSelection{"kube-system", {{"k8s-app", "kube-dns"}, {"app.kubernetes.io/name", "dns"}}};
  return needs;
}

Result<LiveState> read(const LiveNeeds& needs, FakeClient& client) {
  return read_live_state(needs, two_planes(), client, Interrupt::never());
}

}  // namespace

TEST_CASE("the holders of all Leases and the pods that run, by node") {
  FakeClient client;
  client.on("GET", ":4001" + kLeases, 200, R"({"items": [
    {"metadata": {"name": "kube-scheduler"}, "spec": {"holderIdentity": "cp2_3c1f-77"}},
    {"metadata": {"name": "kube-controller-manager"}, "spec": {"holderIdentity": ""}},
    {"metadata": {"name": "addon"}, "spec": {"holderIdentity": "addon-5d4"}}]})");
  client.on("GET", ":4001" + kPods, 200, R"({"items": [
    {"metadata": {"name": "dns-1", "uid": "u1"}, "spec": {"nodeName": "cp1"}, "status": {"phase": "Running"}},
    {"metadata": {"name": "dns-2", "uid": "u2"}, "spec": {}, "status": {"phase": "Pending"}},
    {"metadata": {"name": "dns-3", "uid": "u3", "deletionTimestamp": "2026-01-01T00:00:00Z"},
     "spec": {"nodeName": "cp2"}, "status": {"phase": "Running"}}]})");
  const auto live = read(everything(), client);
  REQUIRE(live.ok());
  CHECK(live->lease_holders == std::map<std::string, std::string>{{"kube-scheduler", "cp2"}, {"addon", "addon-5d4"}});
  CHECK(live->pods == std::vector<PlacedPod>{{{"dns-1", "kube-system", "u1"}, "cp1"}});
}

TEST_CASE("nothing is read that is not needed") {
  FakeClient client;
  LiveNeeds needs;
  needs.leadership = true;
  CHECK(read(needs, client).ok());
  CHECK(client.sent.empty());
  needs.lease_holders = true;
  client.on("GET", kLeases, 200);
  CHECK(read(needs, client).ok());
  CHECK(client.sent.size() == 1);
}

TEST_CASE("an API server that does not tell is passed over") {
  FakeClient client;
  client.on("GET", ":4001" + kLeases, 500, "etcd is gone");
  client.on("GET", ":4002" + kLeases, 200, R"({"items": [
    {"metadata": {"name": "kube-scheduler"}, "spec": {"holderIdentity": "cp1_1"}}]})");
  client.on("GET", ":4002" + kPods, 200);
  const auto live = read(everything(), client);
  REQUIRE(live.ok());
  CHECK(live->lease_holders.at("kube-scheduler") == "cp1");
}

TEST_CASE("when none tells, the error is the last one's") {
  FakeClient client;
  client.on("GET", ":4002" + kLeases, 503, "shutting down");
  const auto live = read(everything(), client);
  REQUIRE_FALSE(live.ok());
  CHECK(live.error().kind == ErrorKind::infrastructure);
  CHECK(live.error().text() == "GET " + kLeases + ": HTTP 503 shutting down");
  Interrupt stop;
  stop.raise();
  CHECK(read_live_state(everything(), two_planes(), client, stop).error().kind == ErrorKind::interrupted);
}
