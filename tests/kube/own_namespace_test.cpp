#include "kube/own_namespace.hpp"

#include <catch2/catch.hpp>

#include "base/json.hpp"
#include "support/fake_client.hpp"
#include "support/manual_clock.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

constexpr const char* kCollection = "/api/v1/namespaces";
constexpr const char* kItself = "/api/v1/namespaces/hadrill-r1";

struct Bench {
  ManualClock clock;
  FakeClient client;
  kube::OwnNamespace own{client, clock, "https://lb", "hadrill-r1"};

  /// Answers with each status in turn, then with the last one for good.
  void answers(const std::string& method, const std::string& path, const std::vector<int>& statuses) {
    client.on(method, path, [statuses, next = std::size_t{0}]() mutable {
      const int status = statuses[std::min(next++, statuses.size() - 1)];
      return std::pair{status, std::string("{}")};
    });
  }
};

}  // namespace

TEST_CASE("a namespace is made, and one that is there is used") {
  for (const int status : {201, 409}) {
    Bench bench;
    bench.answers("POST", kCollection, {status});
    CHECK(bench.own.make(Interrupt::never()).ok());
    CHECK(Json::parse(bench.client.sent.at(0).body)["metadata"]["name"] == "hadrill-r1");
  }
}

TEST_CASE("an API that is not answering yet is asked again, for a while") {
  Bench patient;
  patient.answers("POST", kCollection, {503, 403, 201});
  CHECK(patient.own.make(Interrupt::never()).ok());
  CHECK(patient.client.sent.size() == 3);
  Bench hopeless;
  hopeless.answers("POST", kCollection, {503});
  const Status made = hopeless.own.make(Interrupt::never());
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().text().find("HTTP 503") != std::string::npos);
}

TEST_CASE("removing: gone is fine, being removed is fine, no answer is not") {
  for (const int status : {200, 202, 404, 409}) {
    Bench bench;
    bench.answers("DELETE", kItself, {status});
    CHECK(bench.own.remove(Interrupt::never()).ok());
  }
  Bench nobody;
  CHECK_FALSE(nobody.own.remove(Interrupt::never()).ok());
}

TEST_CASE("a signal ends the waiting") {
  Bench bench;
  bench.answers("POST", kCollection, {503});
  Interrupt interrupt;
  interrupt.raise();
  CHECK(bench.own.make(interrupt).error().kind == ErrorKind::interrupted);
}
