// The schema itself, and that valijson and the explainer agree with it.
#include "scenario/schema.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "document/explain.hpp"
#include "sample.hpp"

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

/// Steps with every kind of value that a schema can ask for.
const std::string kManyKinds = R"(
  - id: cut
    inject: {fault: network.loss, target: {role: pod, namespace: a, labels: {b: c, d/e: f}, select: {holder-of: x}},
             ttl: 1m, expect: quorum-loss, overlap: allowed, peers: [x, z], ports: [80, 443], percent: 1.5}
  - inject: {fault: process.kill, target: {role: etcd, select: one}, hold: true}
  - inject: {fault: network.bandwidth, target: {role: worker, select: one}, kilobitsPerSecond: 8}
  - heal: cut
  - observe: 1s
stopConditions:
  - {when: api.unavailable, for: 1m}
)";

}  // namespace

TEST_CASE("the embedded schema is the file") {
  CHECK(scenario_schema_text() == read_file(HADRILL_SOURCE_DIR "/scenarios/schema/scenario.schema.json").value());
}

TEST_CASE("every mapping refuses unknown keys, and every key is described") {
  for_each_node(scenario_format().schema(), "", [](const std::string& path, const Json& node) {
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
  CHECK(fault_parameters("process.kill").size() == 3);
  CHECK(fault_parameters("process.kill").at("signal").at("default") == "KILL");
  CHECK(fault_parameters("network.loss").at("peers").at("default") == "all");
  CHECK(fault_parameters("kubelet.stop") == Json::object());
  CHECK(fault_parameters("nothing") == Json::object());
}

TEST_CASE("every fault says what it does, to which roles, and is in the scenario reference") {
  const std::string reference = read_file(HADRILL_SOURCE_DIR "/docs/scenario-reference.md").value();
  for (const Json& entry : json_array(scenario_format().schema(), "/definitions/inject/allOf")) {
    const std::string fault = json_text(entry, "/if/properties/fault/const");
    INFO(fault);
    const Json& schema = fault_schema(fault);
    CHECK(json_text(schema, "/title") == fault);
    CHECK_FALSE(json_text(schema, "/description").empty());
    CHECK(reference.find("| `" + fault + "` |") != std::string::npos);
    if (schema.contains("x-refused")) continue;
    CHECK_FALSE(json_array(schema, "/x-roles").empty());
    const Json& roles =
        scenario_format().schema().at("definitions").at("target").at("properties").at("role").at("enum");
    for (const Json& role : schema.at("x-roles")) CHECK(std::find(roles.begin(), roles.end(), role) != roles.end());
    const Json parameters = fault_parameters(fault);
    for (const auto& [name, parameter] : parameters.items()) {
      INFO(name);
      CHECK(reference.find("`" + name + "`") != std::string::npos);
      const Json& required = json_array(schema, "/required");
      const bool is_required = std::find(required.begin(), required.end(), Json(name)) != required.end();
      CHECK(parameter.contains("default") != is_required);
    }
  }
}

TEST_CASE("what valijson refuses is explained in words, and only that") {
  const std::string text = GENERATE(as<std::string>{}, kSample, sample_with_method(kManyKinds));
  Problems none("s.yaml");
  const auto good = parse_yaml(text, none);
  REQUIRE(good);
  CHECK(scenario_format().complaints(good->root).empty());
  explain_schema_problems(*good, scenario_format(), none);
  CHECK(none.empty());

  // Every node of the good document in turn becomes something else.
  std::vector<std::string> pointers;
  for_each_node(good->root, "", [&pointers](const std::string& path, const Json&) { pointers.push_back(path); });
  for (const std::string& pointer : pointers) {
    for (const Json& wrong : {Json(), Json(7), Json(0.01), Json(true), Json("?"), Json(""), Json::array(),
                              Json::array({80, 80}), Json::object(), Json::object({{"x", 1}})}) {
      YamlDocument bad = *good;
      bad.root[Json::json_pointer(pointer)] = wrong;
      Problems problems("s.yaml");
      explain_schema_problems(bad, scenario_format(), problems);
      INFO(pointer << " = " << wrong.dump());
      CHECK(problems.empty() == scenario_format().complaints(bad.root).empty());
      // The last resort, valijson's own words, was not needed.
      if (!problems.empty()) CHECK(problems.error().detail.find("<root>") == std::string::npos);
    }
  }
}
