#include "cluster/vantage_pod.hpp"

#include <catch2/catch.hpp>

#include "support/fake_client.hpp"
#include "support/manual_clock.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

constexpr const char* kNode = R"({"status": {"images": [{"names": ["registry.example/etcd:3"]},
  {"names": ["registry.example/pause@sha256:aa", "registry.example/pause:3.10"]}]}})";

/// An API with one control plane and one worker, in which everything goes well unless a test says otherwise.
struct Bench {
  ManualClock clock;
  FakeClient client;
  Topology topology{"c",
                    {{"c-control-plane", NodeRole::control_plane, "id1", "10.0.0.1", 6443},
                     {"c-worker", NodeRole::worker, "id2", "10.0.0.2", {}}}};
  VantagePod pod{client, clock, topology, "hadrill-r1"};

  Bench() {
    client.on("GET", "/api/v1/nodes/c-worker", 200, kNode);
    client.on("POST", "/api/v1/namespaces/hadrill-r1/pods", 201);
    client.on("GET", "/hadrill-r1/pods/vantage", 200,
              R"({"metadata": {"uid": "u-1"}, "status": {"phase": "Running"}})");
  }
};

}  // namespace

TEST_CASE("the pod is put on a worker, with the image that is there") {
  Bench bench;
  REQUIRE(bench.pod.ensure(Interrupt::never()).value() == "u-1");
  const Json pod = Json::parse(bench.client.sent.at(1).body);
  CHECK(pod["spec"]["nodeName"] == "c-worker");
  CHECK(pod["spec"]["containers"][0]["image"] == "registry.example/pause:3.10");
  CHECK(pod["spec"]["tolerations"][0]["operator"] == "Exists");
}

TEST_CASE("a pod that is there already is used") {
  Bench bench;
  bench.client.on("POST", "/api/v1/namespaces/hadrill-r1/pods", 409);
  CHECK(bench.pod.ensure(Interrupt::never()).value() == "u-1");
}

TEST_CASE("what is still missing is waited for") {
  Bench bench;
  int tries = 0;
  // First the namespace has no service account yet, then the pod is one of an earlier run that is being deleted.
  bench.client.on("POST", "/api/v1/namespaces/hadrill-r1/pods", [&] {
    return std::pair{++tries < 3 ? 403 : 201, std::string("{}")};
  });
  int looks = 0;
  bench.client.on("GET", "/hadrill-r1/pods/vantage", [&] {
    const bool old = ++looks == 1;
    return std::pair{200, std::string(old ? R"({"metadata": {"uid": "u-0", "deletionTimestamp": "t"},
                                               "status": {"phase": "Running"}})"
                                          : R"({"metadata": {"uid": "u-1"}, "status": {"phase": "Running"}})")};
  });
  CHECK(bench.pod.ensure(Interrupt::never()).value() == "u-1");
  CHECK(tries == 4);
}

TEST_CASE("a pod that never runs is an error that says how it stood") {
  Bench bench;
  bench.client.on("GET", "/hadrill-r1/pods/vantage", 200,
                  R"({"metadata": {"uid": "u-1"}, "status": {"phase": "Pending"}})");
  const auto uid = bench.pod.ensure(Interrupt::never());
  REQUIRE_FALSE(uid.ok());
  CHECK(uid.error().text() == "pod vantage on c-worker: does not run after 1m: Pending");
}

TEST_CASE("a node without a pause image is an error before anything is made") {
  Bench bench;
  bench.client.on("GET", "/api/v1/nodes/c-worker", 200, R"({"status": {"images": []}})");
  CHECK(bench.pod.ensure(Interrupt::never()).error().text() == "node c-worker: has no pause image");
  CHECK(bench.client.sent.size() == 1);
}
