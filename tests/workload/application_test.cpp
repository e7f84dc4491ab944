#include "workload/application.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/temporary_folder.hpp"

namespace hadrill::workload {
namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

const Clock::time_point kNow{std::chrono::hours(1)};

Application application(std::unique_ptr<Ledger> ledger = nullptr) {
  return {{"web-1", "worker2", "s1"}, std::move(ledger)};
}

Reply get(Application& app, const std::string& path, Clock::time_point now = kNow) {
  return app.handle({"GET", path, ""}, now);
}

Reply post(Application& app, const std::string& path, const std::string& body) {
  return app.handle({"POST", path, body}, kNow);
}

TEST_CASE("it says who answers") {
  Application app = application();
  const Reply reply = get(app, "/");
  CHECK(reply.status == 200);
  CHECK_FALSE(reply.close);
  CHECK(Json::parse(reply.body) == Json{{"pod", "web-1"}, {"node", "worker2"}, {"start", "s1"}});
  CHECK(get(app, "/livez").status == 200);
  CHECK(get(app, "/readyz").status == 200);
}

TEST_CASE("what it is told to do wrong wears off") {
  Application app = application();
  CHECK(post(app, "/control", R"({"manner": "fail", "forMs": 2000})").status == 200);
  CHECK(get(app, "/").status == 500);
  CHECK(get(app, "/readyz").status == 500);
  CHECK(get(app, "/livez").status == 500);
  CHECK(get(app, "/", kNow + 1999ms).status == 500);
  CHECK(get(app, "/", kNow + 2s).status == 200);
}

TEST_CASE("told to hang it answers nobody, but can be told to serve again") {
  Application app = application();
  CHECK(post(app, "/control", R"({"manner": "hang", "forMs": 60000})").status == 200);
  for (const char* path : {"/", "/livez", "/readyz", "/state", "/counter"}) {
    INFO(path);
    CHECK(get(app, path).hang);
  }
  CHECK(post(app, "/control", R"({"manner": "serve"})").status == 200);
  CHECK_FALSE(get(app, "/").hang);
}

TEST_CASE("unready it serves all the same") {
  Application app = application();
  CHECK(post(app, "/control", R"({"manner": "unready", "forMs": 1000})").status == 200);
  CHECK(get(app, "/readyz").status == 503);
  CHECK(get(app, "/livez").status == 200);
  CHECK(get(app, "/").status == 200);
  CHECK(Json::parse(get(app, "/state").body)["manner"] == "unready");
}

TEST_CASE("after the end was announced it is not ready and closes connections with its answers") {
  Application app = application();
  app.drain();
  CHECK(get(app, "/readyz").status == 503);
  const Reply reply = get(app, "/");
  CHECK(reply.status == 200);
  CHECK(reply.close);
  CHECK(Json::parse(get(app, "/state").body) == Json{{"manner", "serve"}, {"draining", true}});
}

TEST_CASE("nonsense is refused in words and changes nothing") {
  Application app = application();
  for (const char* body :
       {"", "[]", "{", R"({"manner": 1})", R"({"manner": "fly", "forMs": 1})", R"({"manner": "hang"})",
        R"({"manner": "hang", "forMs": 0})", R"({"manner": "hang", "forMs": -5})",
        R"({"manner": "hang", "forMs": 1.5})", R"({"manner": "hang", "forMs": 1800001})",
        R"({"manner": "hang", "forMs": 18446744073709551615})"}) {
    INFO(body);
    const Reply reply = post(app, "/control", body);
    CHECK(reply.status == 400);
    CHECK(Json::parse(reply.body).contains("error"));
  }
  CHECK(get(app, "/").status == 200);
  CHECK(get(app, "/control").status == 405);
  CHECK(get(app, "/nowhere").status == 404);
  CHECK(post(app, "/", "").status == 405);
  CHECK(get(app, "/counter").status == 404);
}

TEST_CASE("each step of the counter has its id, and asked again is the same step") {
  const test::TemporaryFolder folder;
  std::string trouble;
  Application app = application(Ledger::open(folder.path, "s1", trouble));
  REQUIRE(trouble.empty());
  CHECK(Json::parse(post(app, "/counter", R"({"id": "a"})").body) == Json{{"value", 1}, {"id", "a"}, {"start", "s1"}});
  CHECK(Json::parse(post(app, "/counter", R"({"id": "b"})").body)["value"] == 2);
  CHECK(Json::parse(post(app, "/counter", R"({"id": "a"})").body)["value"] == 1);
  CHECK(Json::parse(get(app, "/counter").body)["entries"].size() == 2);
  CHECK(Json::parse(get(app, "/counter/").body)["entries"].size() == 2);
  const Json some = Json::parse(get(app, "/counter/b").body)["entries"];
  CHECK(some.size() == 1);
  CHECK(some[0]["id"] == "b");
  CHECK(get(app, "/counter-of-another").status == 404);
  CHECK(post(app, "/counter/b", R"({"id": "c"})").status == 405);
  for (const char* body : {"{}", R"({"id": ""})", R"({"id": "a b"})", R"({"id": "a\nb"})", R"({"id": 7})"}) {
    INFO(body);
    CHECK(post(app, "/counter", body).status == 400);
  }
}

}  // namespace
}  // namespace hadrill::workload
