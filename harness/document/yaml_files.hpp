// Owns what a folder of YAML files offers: files are called by their names without the ending.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hadrill {

/// Names of the files "NAME.yaml" in `folder`, sorted; none when it cannot be read.
std::vector<std::string> yaml_names(const std::filesystem::path& folder);

}  // namespace hadrill
