#include "run/run_directory.hpp"

#include <algorithm>
#include <cctype>

#include "base/clock.hpp"
#include "base/file.hpp"

namespace hadrill {

namespace fs = std::filesystem;

bool is_run_stamp(const std::string& name) {
  constexpr std::size_t kSize = 16;
  if (name.size() < kSize || name[8] != 'T' || name[kSize - 1] != 'Z') return false;
  return std::count_if(name.begin(), name.begin() + kSize, [](unsigned char c) { return std::isdigit(c) != 0; }) == 14;
}

bool is_run(const fs::path& directory) {
  return fs::exists(directory / artefact::events) && fs::exists(directory / artefact::scenario);
}

Json read_environment(const fs::path& directory) {
  const fs::path path = directory / artefact::environment;
  const auto text = read_file(path);
  if (!text.ok()) return nullptr;
  auto environment = parse_json(*text, path.string());
  return environment.ok() ? std::move(*environment) : Json();
}

Result<fs::path> make_run_directory(const fs::path& runs, const std::string& scenario, std::int64_t realtime_ns) {
  const fs::path parent = runs / scenario;
  const std::string stamp = format_utc_compact(realtime_ns);
  std::error_code failed;
  fs::create_directories(parent, failed);
  if (failed) return infrastructure_error(parent.string(), "cannot be made: " + failed.message());
  fs::path path = parent / stamp;
  for (int n = 2; !fs::create_directory(path, failed); ++n) {
    if (failed) return infrastructure_error(path.string(), "cannot be made: " + failed.message());
    path = parent / (stamp + "-" + std::to_string(n));
  }
  const fs::path link = parent / "latest";
  fs::remove(link, failed);
  fs::create_directory_symlink(path.filename(), link, failed);
  return path;
}

void discard_if_empty(const fs::path& directory) {
  std::error_code not_empty;
  if (!fs::remove(directory, not_empty) || not_empty) return;
  const fs::path link = directory.parent_path() / "latest";
  if (fs::is_symlink(link) && !fs::exists(link)) fs::remove(link, not_empty);
  fs::remove(directory.parent_path(), not_empty);
}

}  // namespace hadrill
