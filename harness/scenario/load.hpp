// Owns the way from a YAML file to a Scenario: parse, schema, meaning. Every error names file:line:column.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "scenario/scenario.hpp"

namespace hadrill {

/// What the rest of the program can do; scenarios are checked against it. An empty list is not checked: a stored run
/// may name what is no longer there.
struct Capabilities {
  std::vector<std::string> faults;      ///< names of the catalogue
  std::vector<std::string> topologies;  ///< names under kind-configs/topologies
};

/// Parses and checks scenario text. `file` is used in messages. All problems found are in the one error (usage):
/// where is `file`, message their number, detail a line each: "FILE:LINE:COLUMN: what is wrong; what is allowed".
/// Never throws, whatever the bytes.
Result<Scenario> load_scenario(std::string_view text, const std::string& file, const Capabilities& capabilities);

/// Reads `path` and loads it. Error: usage, also when the file cannot be read.
Result<Scenario> load_scenario_file(const std::filesystem::path& path, const Capabilities& capabilities);

/// The scenario with every default written out, as YAML that load_scenario accepts and that yields an equal Scenario.
std::string resolved_yaml(const Scenario& scenario);

}  // namespace hadrill
