#include "scenario/schema.hpp"

#include <fmt/format.h>

#include <exception>
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

}  // namespace

const Json& scenario_schema() {
  static const Json schema = Json::parse(scenario_schema_text());
  return schema;
}

Json fault_parameters(const std::string& fault) {
  Json parameters = Json::object();
  for (const Json& entry : json_array(scenario_schema(), "/definitions/inject/allOf")) {
    if (json_text(entry, "/if/properties/fault/const") != fault) continue;
    for (const auto& [name, schema] : entry.at("then").at("properties").items()) {
      if (name != "fault" && name != "target") parameters[name] = schema;
    }
  }
  return parameters;
}

std::vector<std::string> schema_complaints(const Json& document) {
  try {
    const PlainJson schema_document = scenario_schema();
    valijson::Schema schema;
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(NlohmannJsonAdapter(schema_document), schema);
    const PlainJson plain = document;
    valijson::ValidationResults results;
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    if (validator.validate(schema, NlohmannJsonAdapter(plain), &results)) return {};
    return complaints_of(results);
  } catch (const std::exception& error) {
    return {fmt::format("cannot be checked against the schema: {}", error.what())};
  }
}

}  // namespace hadrill
