#include "probe/lease_object.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace std::chrono_literals;

namespace {

const std::string kLease =
    R"({"kind":"Lease","metadata":{"name":"kube-scheduler","namespace":"kube-system","resourceVersion":"812"},"spec":{)"
    R"("holderIdentity":"cp1_0a","leaseDurationSeconds":15,"acquireTime":"2026-01-31T12:00:00.000000Z",)"
    R"("renewTime":"2026-01-31T12:00:04.250000Z","leaseTransitions":3}})";
constexpr std::int64_t kNoon = 1'769'860'800'000'000'000;

const LeaseState kState{"kube-scheduler", 812, "cp1_0a", 3, 15s, kNoon + 4'250'000'000, kNoon};

}  // namespace

TEST_CASE("a Lease is read whole") {
  const auto line = read_lease_line(R"({"type":"MODIFIED","object":)" + kLease + "}");
  REQUIRE(line);
  CHECK(line->kind == LeaseLine::Kind::changed);
  CHECK(line->version == 812);
  CHECK(line->lease == kState);
}

TEST_CASE("a Lease that was given up has no holder; one without dates has none") {
  const auto line = read_lease_line(
      R"({"type":"ADDED","object":{"metadata":{"name":"kube-scheduler","resourceVersion":"5"},"spec":{}}})");
  REQUIRE(line);
  CHECK(line->lease.holder.empty());
  CHECK(line->lease.renewed_ns == 0);
}

TEST_CASE("Leases that are not watched, bookmarks and deletions only tell how far the watch is") {
  for (const char* text : {
           R"({"type":"MODIFIED","object":{"metadata":{"name":"apiserver-x","resourceVersion":"9"}}})",
           R"({"type":"BOOKMARK","object":{"kind":"Lease","metadata":{"resourceVersion":"9"}}})",
           R"({"type":"DELETED","object":{"metadata":{"name":"kube-scheduler","resourceVersion":"9"}}})",
       }) {
    const auto line = read_lease_line(text);
    REQUIRE(line);
    CHECK(line->kind == LeaseLine::Kind::other);
    CHECK(line->version == 9);
  }
}

TEST_CASE("410 Gone is told from other errors") {
  CHECK(read_lease_line(R"({"type":"ERROR","object":{"code":410,"message":"too old"}})")->kind ==
        LeaseLine::Kind::expired);
  const auto failed = read_lease_line(R"({"type":"ERROR","object":{"code":500,"message":"no"}})");
  CHECK(failed->kind == LeaseLine::Kind::failed);
  CHECK(failed->reason == "no");
}

TEST_CASE("what is no line and no list is refused") {
  for (const char* text : {"", "{", "[]", "{}", R"({"type":"MODIFIED"})", R"({"type":"MODIFIED","object":{}})",
                           R"({"type":"NEW","object":{"metadata":{"resourceVersion":"1"}}})",
                           R"({"type":"ADDED","object":{"metadata":{"resourceVersion":"-1"}}})"})
    CHECK_FALSE(read_lease_line(text));
  CHECK_FALSE(read_lease_list(R"({"kind":"Status"})"));
  CHECK_FALSE(read_lease_list(R"({"kind":"LeaseList","metadata":{}})"));
}

TEST_CASE("a list has its version and the Leases that are watched") {
  const auto list = read_lease_list(R"({"kind":"LeaseList","metadata":{"resourceVersion":"900"},"items":[)" + kLease +
                                    R"(,{"metadata":{"name":"apiserver-x","resourceVersion":"7"}}]})");
  REQUIRE(list);
  CHECK(list->version == 900);
  CHECK(list->leases == std::vector<LeaseState>{kState});
}
