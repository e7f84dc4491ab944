#include "probe/register_object.hpp"

#include <catch2/catch.hpp>

#include "base/json.hpp"

using namespace hadrill;

namespace {

const RegisterPlace kPlace{"r1", "ns", 2};

std::string stored(ObjectNumber number, WriteId id, const std::string& version, const RegisterPlace& place = kPlace) {
  Json object = Json::parse(register_body(place, number, id, 0));
  object["metadata"]["resourceVersion"] = version;
  return object.dump() + "\n";
}

std::string event(const std::string& type, const std::string& object) {
  return R"({"type":")" + type + R"(","object":)" + object + "}";
}

}  // namespace

TEST_CASE("what is written can be read, and says which write it was") {
  CHECK(read_register(stored(17, 4711, "900"), "r1") == RegisterState{17, 900, 4711});
  CHECK(read_register(stored(17, 4711, "900", {"r2", "ns", 2}), "r1") == RegisterState{17, 900, 0});
}

TEST_CASE("a write carries its precondition; a creation has none") {
  const Json replace = Json::parse(register_body(kPlace, 1, 5, 41));
  CHECK(replace["metadata"]["resourceVersion"] == "41");
  CHECK(replace["metadata"]["labels"]["hadrill-listed"] == "true");
  const Json create = Json::parse(register_body(kPlace, 2, 5, 0));
  CHECK_FALSE(create["metadata"].contains("resourceVersion"));
  CHECK_FALSE(create["metadata"]["labels"].contains("hadrill-listed"));
}

TEST_CASE("anything but a whole object of ours is not taken for one") {
  const std::string whole = stored(1, 2, "3");
  for (std::size_t length = 0; length + 2 < whole.size(); ++length)
    CHECK_FALSE(read_register(whole.substr(0, length), "r1"));
  CHECK_FALSE(read_register(stored(1, 2, ""), "r1"));
  CHECK_FALSE(read_register(stored(1, 2, "0"), "r1"));
  CHECK_FALSE(read_register(stored(1, 2, "-3"), "r1"));
  CHECK_FALSE(read_register(stored(1, 2, "3x"), "r1"));
  CHECK_FALSE(read_register(stored(1, 2, "99999999999999999999"), "r1"));
  for (const char* bad : {"17", "[]", "null", R"({"kind":"ConfigMap"})", R"({"kind":"ConfigMap","metadata":[]})",
                          R"({"kind":"ConfigMap","metadata":{"name":"other","resourceVersion":"3"}})",
                          R"({"kind":"ConfigMap","metadata":{"name":"register-","resourceVersion":"3"}})",
                          R"({"kind":"ConfigMap","metadata":{"name":"register-1048576","resourceVersion":"3"}})",
                          R"({"kind":"Secret","metadata":{"name":"register-1","resourceVersion":"3"}})"}) {
    INFO(bad);
    CHECK_FALSE(read_register(bad, "r1"));
  }
}

TEST_CASE("a list is read whole or not at all") {
  const auto list = [](const std::string& items) {
    return R"({"kind":"ConfigMapList","metadata":{"resourceVersion":"50"},"items":[)" + items + "]}";
  };
  const auto read = read_register_list(list(stored(0, 1, "10") + "," + stored(1, 2, "11")), "r1");
  REQUIRE(read);
  CHECK(read->version == 50);
  CHECK(read->items == std::vector<RegisterState>{{0, 10, 1}, {1, 11, 2}});
  CHECK(read_register_list(list(""), "r1")->items.empty());
  CHECK_FALSE(read_register_list(list("{}"), "r1"));
  CHECK_FALSE(read_register_list(stored(0, 1, "10"), "r1"));
}

TEST_CASE("each line of a watch has its meaning") {
  const auto modified = read_watch_line(event("MODIFIED", stored(3, 7, "12")), "r1");
  REQUIRE(modified);
  CHECK(modified->kind == WatchLine::Kind::event);
  CHECK(modified->step == WatchStep::modified);
  CHECK(modified->state == RegisterState{3, 12, 7});
  CHECK(read_watch_line(event("ADDED", stored(3, 7, "12")), "r1")->step == WatchStep::added);
  CHECK(read_watch_line(event("DELETED", stored(3, 7, "12")), "r1")->step == WatchStep::deleted);
  const auto bookmark = read_watch_line(event("BOOKMARK", R"({"metadata":{"resourceVersion":"20"}})"), "r1");
  REQUIRE(bookmark);
  CHECK(bookmark->kind == WatchLine::Kind::bookmark);
  CHECK(bookmark->state.version == 20);
  CHECK(read_watch_line(event("ERROR", R"({"kind":"Status","code":410,"message":"too old"})"), "r1")->kind ==
        WatchLine::Kind::expired);
  const auto failed = read_watch_line(event("ERROR", R"({"kind":"Status","code":500,"message":"oops"})"), "r1");
  CHECK(failed->kind == WatchLine::Kind::failed);
  CHECK(failed->reason == "oops");
  for (const std::string& bad : {std::string("{}"), std::string("x"), event("MODIFIED", "{}"), event("BOOKMARK", "{}"),
                                 event("PRAISED", stored(3, 7, "12")), std::string(R"({"type":"ADDED","object":7})")}) {
    INFO(bad);
    CHECK_FALSE(read_watch_line(bad, "r1"));
  }
}

TEST_CASE("paths say what they ask for") {
  CHECK(kPlace.object(3) == "/api/v1/namespaces/ns/configmaps/register-3");
  CHECK(kPlace.list_path() == "/api/v1/namespaces/ns/configmaps?labelSelector=hadrill-listed%3Dtrue");
  CHECK(kPlace.version_path() ==
        "/api/v1/namespaces/ns/configmaps?labelSelector=app.kubernetes.io%2Fname%3Dhadrill&limit=1");
  CHECK(kPlace.watch_path(9) ==
        "/api/v1/namespaces/ns/configmaps?labelSelector=app.kubernetes.io%2Fname%3Dhadrill&watch=1&"
        "allowWatchBookmarks=true&resourceVersion=9");
}
