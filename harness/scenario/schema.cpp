#include "scenario/schema.hpp"

namespace hadrill {

const Format& scenario_format() {
  static const Format format("scenario", scenario_schema_text());
  return format;
}

const Json& fault_schema(const std::string& fault) {
  static const Json none = Json::object();
  for (const Json& entry : json_array(scenario_format().schema(), "/definitions/inject/allOf")) {
    if (json_text(entry, "/if/properties/fault/const") == fault) return entry.at("then");
  }
  return none;
}

bool is_inject_key(const std::string& key) {
  return scenario_format().schema().at("definitions").at("inject").at("properties").contains(key);
}

Json fault_parameters(const std::string& fault) {
  Json parameters = Json::object();
  const Json& schema = fault_schema(fault);
  if (!schema.contains("properties")) return parameters;
  for (const auto& [name, property] : schema.at("properties").items()) {
    if (!is_inject_key(name)) parameters[name] = scenario_format().resolved(property);
  }
  return parameters;
}

}  // namespace hadrill
