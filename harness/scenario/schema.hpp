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

/// The parameters that `fault` takes: property name -> schema, without "fault" and "target". An empty object for a
/// fault that takes none. The table is inject.allOf in the schema: a new fault with parameters is one entry there.
Json fault_parameters(const std::string& fault);

/// What valijson has against `document`, in its words; empty when the document is valid. explain() words it for people.
std::vector<std::string> schema_complaints(const Json& document);

}  // namespace hadrill
