// Owns the JSON Schema of the scenario file: its text, its parsed form, and the question whether a document obeys it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace hadrill {

/// scenarios/schema/scenario.schema.json as it was when this library was built.
std::string_view scenario_schema_text();

/// The same, parsed.
const Json& scenario_schema();

/// The schema that a "$ref" stands for, or `schema` itself.
const Json& resolved_schema(const Json& schema);

/// What the schema says of `fault`: its entry in inject.allOf, which closes the mapping and has the keywords x-roles
/// and x-refused. An empty object for a fault that has no entry: it takes no parameters and can be done to any role.
const Json& fault_schema(const std::string& fault);

/// Whether `key` of an inject mapping belongs to every fault, and is no parameter.
bool is_inject_key(const std::string& key);

/// The parameters that `fault` takes: property name -> schema, references resolved.
Json fault_parameters(const std::string& fault);

/// What valijson has against `document`, in its words; empty when the document is valid. explain() words it for people.
std::vector<std::string> schema_complaints(const Json& document);

}  // namespace hadrill
