// Owns the format of the scenario file: its JSON Schema, and what that says of faults.
#pragma once

#include <string>
#include <string_view>

#include "document/format.hpp"

namespace hadrill {

/// scenarios/schema/scenario.schema.json as it was when this library was built.
std::string_view scenario_schema_text();

/// The format of scenario files.
const Format& scenario_format();

/// What the schema says of `fault`: its entry in inject.allOf, which closes the mapping and has the keywords x-roles
/// and x-refused. An empty object for a fault that has no entry: it takes no parameters and can be done to any role.
const Json& fault_schema(const std::string& fault);

/// Whether `key` of an inject mapping belongs to every fault, and is no parameter.
bool is_inject_key(const std::string& key);

/// The parameters that `fault` takes: property name -> schema, references resolved.
Json fault_parameters(const std::string& fault);

}  // namespace hadrill
