// Owns where stored trials are found: below a root, in a suite's directory, in a run directory.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "trend/compare.hpp"
#include "trend/trial.hpp"

namespace hadrill {

/// Run directories at or below `root`, in order, each once; links such as `latest` are not followed, `root` itself may
/// be one. A suite's directory without runs in it: those that its suite.json names, where they were or beside it.
/// Error: usage for a folder that cannot be read or has none.
Result<std::vector<std::filesystem::path>> runs_of(const std::filesystem::path& root);

/// One trial as it was judged last, called `name`. Error: infrastructure when it has no verdict that can be read.
Result<trend::StoredTrial> read_stored_trial(const std::filesystem::path& directory, const std::string& name);

/// Trials as they were judged last, and those that cannot be read.
struct StoredTrials {
  std::vector<trend::StoredTrial> trials;
  std::vector<trend::Excluded> unread;
};

/// Reads verdict.json and environment.json of all runs of `root`; judges nothing, writes nothing. Directories are named
/// relative to `names_from`, or as they are found when that is empty. Error: as runs_of.
Result<StoredTrials> read_trials(const std::filesystem::path& root, const std::filesystem::path& names_from = {});

}  // namespace hadrill
