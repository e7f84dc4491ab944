#include "run/bundle.hpp"

#include <algorithm>
#include <system_error>

#include "index/index_page.hpp"
#include "run/index_file.hpp"
#include "run/run_directory.hpp"
#include "run/stored_trials.hpp"

namespace hadrill {
namespace {

namespace fs = std::filesystem;

bool left_out(const fs::path& file, bool samples) {
  const std::string name = file.filename().string();
  if (name.ends_with(".tar.gz") || name.ends_with(".part")) return true;
  return !samples && (name == artefact::samples || name == artefact::operations);
}

Status add_folder(std::vector<ArchiveEntry>& entries, const fs::path& folder, const std::string& prefix, bool samples) {
  std::error_code failed;
  fs::recursive_directory_iterator at(folder, failed);
  for (; !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
    if (at->is_symlink() || !at->is_regular_file() || left_out(at->path(), samples)) continue;
    entries.push_back({prefix + "/" + at->path().lexically_relative(folder).generic_string(), at->path()});
  }
  return failed ? Status(usage_error(folder.string(), failed.message())) : Status(Ok{});
}

bool lies_in(const fs::path& path, const fs::path& folder) {
  const fs::path relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

/// Where a run lies in the archive of a suite that names it.
std::string place_of(const fs::path& run) {
  return "runs/" + run.parent_path().filename().string() + "/" + run.filename().string();
}

/// An index whose links fit in the archive. Without one the archive is what it is.
void add_index(std::vector<ArchiveEntry>& entries, const fs::path& suite, const std::string& name) {
  const auto root = read_root(suite, [&suite](const fs::path& path) {
    if (!lies_in(path, suite)) return place_of(path);
    const std::string within = path.lexically_relative(suite).generic_string();
    return within == "." ? std::string() : within;
  });
  const std::string file = name + "/" + artefact::index;
  std::erase_if(entries, [&file](const ArchiveEntry& entry) { return entry.name == file; });
  if (root.ok()) entries.push_back({file, {}, index::index_page(*root)});
}

}  // namespace

std::string bundle_name(const fs::path& directory) {
  std::error_code failed;
  const fs::path real = fs::weakly_canonical(directory / ".", failed).lexically_normal();
  const fs::path folder = real.has_filename() ? real : real.parent_path();
  const std::string name = folder.filename().string();
  return is_run_stamp(name) ? folder.parent_path().filename().string() + "-" + name : name;
}

Result<std::vector<ArchiveEntry>> bundle_entries(const fs::path& directory, bool samples) {
  const auto runs = runs_of(directory);
  // A suite none of whose trials began is worth looking at, too.
  if (!runs.ok() && !fs::exists(directory / artefact::suite)) return runs.error();
  const std::string name = bundle_name(directory);
  std::vector<ArchiveEntry> entries;
  if (const Status added = add_folder(entries, directory, name, samples); !added.ok()) return added.error();
  if (fs::exists(directory / artefact::suite)) add_index(entries, directory, name);
  if (!runs.ok()) return entries;
  for (const fs::path& run : *runs) {
    if (lies_in(run, directory)) continue;
    if (const Status added = add_folder(entries, run, name + "/" + place_of(run), samples); !added.ok())
      return added.error();
  }
  return entries;
}

}  // namespace hadrill
