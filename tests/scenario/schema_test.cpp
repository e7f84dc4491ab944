// The schema itself, and that valijson and the explainer agree with it.
#include "scenario/schema.hpp"

#include "base/file.hpp"
#include "sample.hpp"
#include "scenario/explain.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

/// Calls `visit(path, schema)` for the schema and everything below it.
template <typename Visit>
void for_each_node(const Json& node, const std::string& path, const Visit& visit) {
  visit(path, node);
  if (!node.is_structured()) return;
  for (const auto& [key, member] : node.items()) for_each_node(member, path + "/" + key, visit);
}

}  // namespace

TEST_CASE("the embedded schema is the file") {
  CHECK(scenario_schema_text() == read_file(HADRILL_SOURCE_DIR "/scenarios/schema/scenario.schema.json").value());
}

TEST_CASE("every mapping refuses unknown keys, and every key is described") {
  for_each_node(scenario_schema(), "", [](const std::string& path, const Json& node) {
    if (!node.is_object() || !node.contains("properties") || path.ends_with("/if")) return;
    INFO(path);
    // inject itself is open: its fault's entry closes it.
    if (path != "/definitions/inject") CHECK(node.value("additionalProperties", true) == false);
    for (const auto& [key, property] : node.at("properties").items()) {
      INFO(key);
      if (property.empty()) continue;  // fault and target, repeated in a fault's entry
      CHECK((property.contains("$ref") || (property.contains("title") && property.contains("description"))));
    }
  });
}

TEST_CASE("process.kill takes a signal, an unknown fault takes nothing") {
  CHECK(fault_parameters("process.kill").size() == 1);
  CHECK(fault_parameters("process.kill").at("signal").at("default") == "KILL");
  CHECK(fault_parameters("nothing") == Json::object());
}

TEST_CASE("what valijson refuses is explained in words, and only that") {
  Problems none("s.yaml");
  const auto good = parse_yaml(kSample, none);
  REQUIRE(good);
  CHECK(schema_complaints(good->root).empty());
  explain_schema_problems(*good, none);
  CHECK(none.empty());

  // Every node of the good document in turn becomes something else.
  std::vector<std::string> pointers;
  for_each_node(good->root, "", [&pointers](const std::string& path, const Json&) { pointers.push_back(path); });
  for (const std::string& pointer : pointers) {
    for (const Json& wrong : {Json(), Json(7), Json("?"), Json(""), Json::array(), Json::object({{"x", 1}})}) {
      YamlDocument bad = *good;
      bad.root[Json::json_pointer(pointer)] = wrong;
      Problems problems("s.yaml");
      explain_schema_problems(bad, problems);
      INFO(pointer << " = " << wrong.dump());
      CHECK(problems.empty() == schema_complaints(bad.root).empty());
      // The last resort, valijson's own words, was not needed.
      if (!problems.empty()) CHECK(problems.error().detail.find("<root>") == std::string::npos);
    }
  }
}
