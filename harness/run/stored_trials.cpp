#include "run/stored_trials.hpp"

#include <algorithm>
#include <system_error>

#include "base/file.hpp"
#include "base/json.hpp"
#include "run/run_directory.hpp"

namespace hadrill {
namespace {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> runs_below(const fs::path& root) {
  std::vector<fs::path> found;
  if (is_run(root)) found.push_back(root);
  std::error_code failed;
  fs::recursive_directory_iterator at(root, failed);
  for (; !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
    if (at->is_directory() && !at->is_symlink() && is_run(at->path())) found.push_back(at->path());
  }
  if (failed) return usage_error(root.string(), failed.message());
  std::sort(found.begin(), found.end());
  return found;
}

/// Where a run of a suite lies: where it was, or, when the whole root was moved, in the same place beside the suite.
fs::path place_of(const fs::path& suite, const fs::path& named) {
  if (is_run(named)) return named;
  std::error_code failed;
  const fs::path real = fs::weakly_canonical(suite, failed);
  return real.parent_path().parent_path() / named.parent_path().filename() / named.filename();
}

Result<std::vector<fs::path>> runs_named_by(const fs::path& suite) {
  const fs::path path = suite / artefact::suite;
  const auto text = read_file(path);
  if (!text.ok()) return text.error();
  const auto report = parse_json(*text, path.string());
  if (!report.ok()) return report.error();
  std::vector<fs::path> found;
  for (const Json& trial : json_array(*report, "/trials")) {
    const std::string named = json_text(trial, "/directory");
    if (named.empty()) continue;
    const fs::path place = place_of(suite, named);
    if (is_run(place)) found.push_back(place);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

Result<trend::StoredTrial> read_stored_trial(const fs::path& directory, const std::string& name) {
  const auto text = read_file(directory / artefact::verdict);
  if (!text.ok()) return infrastructure_error(name, "it has no verdict.json; hadrill judge makes one");
  const auto verdict = parse_json(*text, (directory / artefact::verdict).string());
  if (!verdict.ok()) return verdict.error();
  // That nobody knows the machine of a run without an environment is told elsewhere.
  return trend::read_trial(name, *verdict, read_environment(directory));
}

Result<std::vector<fs::path>> runs_of(const fs::path& root) {
  auto found = runs_below(root);
  if (found.ok() && found->empty() && fs::exists(root / artefact::suite)) found = runs_named_by(root);
  if (found.ok() && found->empty()) return usage_error(root.string(), "there is no run in it");
  return found;
}

Result<StoredTrials> read_trials(const fs::path& root, const fs::path& names_from) {
  const auto directories = runs_of(root);
  if (!directories.ok()) return directories.error();
  StoredTrials out;
  for (const fs::path& directory : *directories) {
    const fs::path name = names_from.empty() ? directory : fs::proximate(directory, names_from);
    auto trial = read_stored_trial(directory, name.string());
    if (trial.ok()) {
      out.trials.push_back(std::move(*trial));
    } else {
      out.unread.push_back({name.string(), trial.error().message});
    }
  }
  return out;
}

}  // namespace hadrill
