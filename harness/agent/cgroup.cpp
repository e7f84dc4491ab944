#include "agent/cgroup.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

constexpr const char* kRoot = "/sys/fs/cgroup";

bool is_folder(const std::string& path) {
  std::error_code none;
  return std::filesystem::is_directory(path, none);
}

/// Whether the comma-separated list `names` has `name`.
bool lists(const std::string& names, const std::string& name) {
  return ("," + names + ",").find("," + name + ",") != std::string::npos;
}

}  // namespace

bool has_unified_cgroups() { return std::filesystem::exists(std::string(kRoot) + "/cgroup.controllers"); }

std::string path_in(const std::string& cgroups, const std::string& controller) {
  std::string unified;
  for (std::size_t at = 0; at < cgroups.size();) {
    const std::size_t end = std::min(cgroups.find('\n', at), cgroups.size());
    const std::string line = cgroups.substr(at, end - at);  // NUMBER:CONTROLLERS:PATH
    at = end + 1;
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (lists(controllers, controller)) return line.substr(second + 1);
    if (controllers.empty()) unified = line.substr(second + 1);
  }
  return unified;
}

Result<ControlGroup> group_of(pid_t pid, const std::string& controller) {
  const std::string path = path_in(read_proc_file("/proc/" + std::to_string(pid) + "/cgroup"), controller);
  if (path.empty()) return trouble("process " + std::to_string(pid) + " is in no control group");
  const bool v2 = has_unified_cgroups();
  const std::string root = v2 ? kRoot : std::string(kRoot) + "/" + controller;
  if (is_folder(root + path)) return ControlGroup{root + path, v2};
  // Without a cgroup namespace the path begins at the machine's root, while the mount may begin at the node's own
  // group.
  const std::string ours = path_in(read_proc_file("/proc/1/cgroup"), controller);
  for (std::string cut = ours; !cut.empty() && cut != "/"; cut.resize(cut.rfind('/'))) {
    if (path.starts_with(cut) && is_folder(root + path.substr(cut.size())))
      return ControlGroup{root + path.substr(cut.size()), v2};
  }
  return trouble("control group " + path + " (" + controller + ") is not visible on this node");
}

Result<std::string> read_group_file(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return system_trouble("open " + path);
  std::array<char, 4096> piece{};
  const ssize_t size = read(file, piece.data(), piece.size());
  Result<std::string> content = size < 0 ? Result<std::string>(system_trouble("read " + path))
                                         : std::string(piece.data(), static_cast<std::size_t>(size));
  close(file);
  if (content.ok() && content->ends_with('\n')) content->pop_back();
  return content;
}

Status write_group_file(const std::string& path, const std::string& text) {
  const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return system_trouble("open " + path);
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  Status status = written ? Status(Ok{}) : Status(system_trouble("write " + path));
  close(file);
  return status;
}

}  // namespace hadrill::agent
