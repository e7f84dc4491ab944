#include "cli/places.hpp"

namespace hadrill::cli {

namespace fs = std::filesystem;

fs::path own_executable() {
  std::error_code failed;
  return fs::read_symlink("/proc/self/exe", failed);
}

fs::path home_of(const fs::path& executable, const char* told, const fs::path& source) {
  if (told != nullptr && *told != '\0') return told;
  const fs::path installed = executable.parent_path().parent_path() / "share" / "hadrill";
  std::error_code failed;
  return fs::is_directory(installed / "scenarios", failed) ? installed : source;
}

fs::path companion_of(const fs::path& executable, const std::string& name) {
  const fs::path beside = executable.parent_path() / name;
  const fs::path installed = executable.parent_path().parent_path() / "lib" / "hadrill" / name;
  std::error_code failed;
  return !fs::exists(beside, failed) && fs::exists(installed, failed) ? installed : beside;
}

}  // namespace hadrill::cli
