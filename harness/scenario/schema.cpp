#include "scenario/schema.hpp"

#include <fmt/format.h>

#include <exception>
#include <memory>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace hadrill {
namespace {

// valijson adapts the plain nlohmann::json only, not the ordered one; order does not matter for validity.
using PlainJson = nlohmann::json;
using valijson::adapters::NlohmannJsonAdapter;

std::vector<std::string> complaints_of(const valijson::ValidationResults& results) {
  std::vector<std::string> out;
  for (const auto& error : results)
    out.push_back(fmt::format("{} {}", fmt::join(error.context, ""), error.description));
  if (out.empty()) out.emplace_back("does not obey the schema");
  return out;
}

/// Parsed once: that costs more than the validation of a document.
const valijson::Schema& compiled_schema() {
  static const PlainJson document = scenario_schema();
  static const std::unique_ptr<const valijson::Schema> compiled = [] {
    auto schema = std::make_unique<valijson::Schema>();
    valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(NlohmannJsonAdapter(document), *schema);
    return schema;
  }();
  return *compiled;
}

}  // namespace

const Json& scenario_schema() {
  static const Json schema = Json::parse(scenario_schema_text());
  return schema;
}

const Json& resolved_schema(const Json& schema) {
  const Json* node = &schema;
  while (node->is_object() && node->contains("$ref")) {
    const std::string reference = node->at("$ref").get<std::string>();
    node = &scenario_schema().at(Json::json_pointer(reference.substr(1)));  // without "#"
  }
  return *node;
}

const Json& fault_schema(const std::string& fault) {
  static const Json none = Json::object();
  for (const Json& entry : json_array(scenario_schema(), "/definitions/inject/allOf")) {
    if (json_text(entry, "/if/properties/fault/const") == fault) return entry.at("then");
  }
  return none;
}

bool is_inject_key(const std::string& key) {
  return scenario_schema().at("definitions").at("inject").at("properties").contains(key);
}

Json fault_parameters(const std::string& fault) {
  Json parameters = Json::object();
  const Json& schema = fault_schema(fault);
  if (!schema.contains("properties")) return parameters;
  for (const auto& [name, property] : schema.at("properties").items()) {
    if (!is_inject_key(name)) parameters[name] = resolved_schema(property);
  }
  return parameters;
}

std::vector<std::string> schema_complaints(const Json& document) {
  try {
    const PlainJson plain = document;
    valijson::ValidationResults results;
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    if (validator.validate(compiled_schema(), NlohmannJsonAdapter(plain), &results)) return {};
    return complaints_of(results);
  } catch (const std::exception& error) {
    return {fmt::format("cannot be checked against the schema: {}", error.what())};
  }
}

}  // namespace hadrill
