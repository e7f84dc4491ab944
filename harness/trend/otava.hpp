// Owns the form in which Apache Otava reads a history of trials: one CSV file per series, and the configuration that
// names them. Otava reads a number from every row and has no notion of a row's scenario, so a series has a file of its
// own. Pure. Source: Apache Otava, docs/CSV.md, and its CSV importer and test configuration.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "trend/trial.hpp"

namespace hadrill::trend {

/// Texts by file name, "otava.yaml" among them. Its paths are relative to the folder Otava is started in: that of the
/// file. Only trials that count (why_not_counted) are in a series. A trial whose SLI was not seen to end has its lower
/// bound as upper one, too, and "open" in its column `end`: Otava cannot read a row without a number, and without the
/// row the worst trials would be missing.
std::map<std::string, std::string> otava_files(std::vector<StoredTrial> trials);

}  // namespace hadrill::trend
