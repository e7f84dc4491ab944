#include "base/json.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;

TEST_CASE("look-ups never throw and never convert") {
  const Json document = parse_json(R"({"a": {"b": "text", "n": 3}, "list": [1]})", "test").value();
  CHECK(json_get<std::string>(document, "/a/b") == "text");
  CHECK(json_get<int>(document, "/a/n") == 3);
  CHECK(json_get<std::string>(document, "/a/n") == std::nullopt);
  CHECK(json_get<int>(document, "/a/missing") == std::nullopt);
  CHECK(json_array(document, "/list").size() == 1);
  CHECK(json_array(document, "/a").empty());
}

TEST_CASE("texts of a list, without what is none") {
  const Json document = parse_json(R"({"list": ["a", 1, null, "b", ["c"]], "text": "a"})", "test").value();
  CHECK(json_texts(document, "/list") == std::vector<std::string>{"a", "b"});
  CHECK(json_texts(document, "/text").empty());
  CHECK(json_texts(document, "/missing").empty());
}

TEST_CASE("broken JSON is an error that names its source") {
  const auto broken = parse_json("{\"a\":", "answer of the API server");
  REQUIRE_FALSE(broken.ok());
  CHECK(broken.error().where == "answer of the API server");
}
