#include "run/trend_files.hpp"

#include <map>
#include <system_error>

#include "base/file.hpp"
#include "run/index_file.hpp"
#include "run/run_directory.hpp"
#include "trend/csv.hpp"
#include "trend/metrics.hpp"
#include "trend/otava.hpp"

namespace hadrill {

namespace fs = std::filesystem;

namespace {

/// Series that are no more, e.g. of runs that were deleted.
void remove_others(const fs::path& folder, const std::map<std::string, std::string>& files) {
  std::error_code none;
  std::vector<fs::path> gone;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, none)) {
    if (entry.path().extension() == ".csv" && !files.contains(entry.path().filename().string()))
      gone.push_back(entry.path());
  }
  for (const fs::path& path : gone) fs::remove(path, none);
}

/// What there is to tell in metrics.
struct Known {
  std::vector<trend::StoredTrial> trials;
  std::vector<trend::Attempt> attempts;
};

/// Also a root in which no trial got a verdict has something to tell: just that.
Result<Known> read_known(const fs::path& source) {
  Known known;
  if (is_run(source)) {
    auto read = read_trials(source);
    if (!read.ok()) return read.error();
    known.trials = std::move(read->trials);
    return known;
  }
  auto root = read_root(source);
  if (!root.ok()) return root.error();
  for (index::Entry& entry : root->trials) {
    if (entry.stored) {
      known.trials.push_back(std::move(*entry.stored));
    } else {
      known.attempts.push_back({entry.scenario, entry.topology, entry.started_utc});
    }
  }
  return known;
}

}  // namespace

Result<StoredTrials> write_trials(const fs::path& root) {
  auto read = read_trials(root, root);
  if (!read.ok()) return read;
  if (const Status written = write_file(root / artefact::trials, trend::trials_csv(read->trials)); !written.ok())
    return written.error();
  const auto files = trend::otava_files(read->trials);
  remove_others(root / artefact::otava, files);
  for (const auto& [name, text] : files) {
    if (const Status written = write_file(root / artefact::otava / name, text); !written.ok()) return written.error();
  }
  return read;
}

Status write_metrics(const fs::path& source, const fs::path& into) {
  const auto known = read_known(source);
  if (!known.ok()) return known.error();
  using trend::MetricsFormat;
  const auto text = [&known](MetricsFormat format) {
    return trend::metrics_text(known->trials, known->attempts, format);
  };
  const Status written = write_file(into / artefact::metrics, text(MetricsFormat::prometheus));
  if (!written.ok()) return written;
  return write_file(into / artefact::open_metrics, text(MetricsFormat::openmetrics));
}

}  // namespace hadrill
