// Owns the files that tell of many trials at once: trials.csv, otava/, metrics.prom and metrics.om.
#pragma once

#include <filesystem>

#include "base/result.hpp"
#include "run/stored_trials.hpp"

namespace hadrill {

/// Writes trials.csv and otava/ anew, from all trials below `root`, into it. The same trials give the same bytes.
/// Returns what was read. Error: as read_trials; infrastructure for a file that cannot be written.
Result<StoredTrials> write_trials(const std::filesystem::path& root);

/// Writes metrics.prom and metrics.om of the trials of `source` (a root, a suite's or a run's directory) into `into`,
/// those without a verdict included. Each appears in one step: who reads the folder never sees half of it. Error: as
/// read_root; infrastructure for a file that cannot be written.
Status write_metrics(const std::filesystem::path& source, const std::filesystem::path& into);

}  // namespace hadrill
