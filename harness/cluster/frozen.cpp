#include "cluster/frozen.hpp"

#include <fstream>

namespace hadrill {
namespace {

namespace fs = std::filesystem;

bool thaw(const fs::path& cgroup) {
  const fs::path state = cgroup / "freezer.state";
  std::string now;
  if (!(std::ifstream(state) >> now) || now == "THAWED") return false;
  std::ofstream out(state);
  return static_cast<bool>(out << "THAWED" << std::flush);
}

}  // namespace

std::size_t thaw_frozen(const fs::path& freezer, const std::string& container_id) {
  std::size_t thawed = 0;
  for (const fs::path& top :
       {freezer / "docker" / container_id, freezer / "system.slice" / ("docker-" + container_id + ".scope")}) {
    std::error_code gone;  // cgroups go while we look
    if (!fs::is_directory(top, gone)) continue;
    if (thaw(top)) ++thawed;
    for (auto at = fs::recursive_directory_iterator(top, fs::directory_options::skip_permission_denied, gone);
         !gone && at != fs::recursive_directory_iterator(); at.increment(gone)) {
      std::error_code none;
      if (at->is_directory(none) && thaw(at->path())) ++thawed;
    }
  }
  return thawed;
}

}  // namespace hadrill
