// Flags as they travel in the history.
#include "flags.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace hadrill::bounds;
using namespace hadrill::test;

TEST_CASE("recorded flags read back to the same flags") {
  ClusterFlags flags = default_flags();
  flags.unread.push_back({component::kubelet, "w1", "HTTP 403"});
  const auto again = read_cluster_flags(to_json(flags));
  REQUIRE(again.ok());
  CHECK(*again == flags);
  CHECK(read_cluster_flags(Json::object()).ok());
}

TEST_CASE("damaged flags are an error") {
  for (const char* bad : {R"({"sources": [7]})", R"({"sources": [{"component": "etcd"}]})",
                          R"({"sources": [{"component": "etcd", "values": []}]})", R"({"sources": [{"values": {}}]})",
                          R"({"sources": [{"component": "etcd", "values": {"a": 7}}]})"}) {
    INFO(bad);
    CHECK_FALSE(read_cluster_flags(Json::parse(bad)).ok());
  }
}

TEST_CASE("no flag that could hold a secret is needed") {
  CHECK(is_needed(component::etcd, "heartbeat-interval"));
  CHECK_FALSE(is_needed(component::etcd, "key-file"));
  CHECK_FALSE(is_needed(component::scheduler, "heartbeat-interval"));
  CHECK_FALSE(is_needed(component::api_server, "service-account-signing-key-file"));
}
