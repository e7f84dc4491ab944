// Owns where the control group of a process is, in cgroup v1 and v2.
#pragma once

#include <sys/types.h>

#include <string>

#include "agent/trouble.hpp"

namespace hadrill::agent {

/// A control group as a folder of the node.
struct ControlGroup {
  std::string folder;
  bool v2 = false;
};

/// Whether this node has the unified hierarchy (v2).
bool has_unified_cgroups();
/// The path that `cgroups`, the content of a /proc/PID/cgroup, has for `controller` ("freezer"; v2 has one for all);
/// "" when there is none.
std::string path_in(const std::string& cgroups, const std::string& controller);
/// The group of `pid` for `controller`. Error: the node does not show it.
Result<ControlGroup> group_of(pid_t pid, const std::string& controller);
/// Content of one file of a group without its line end. Error: it is not there.
Result<std::string> read_group_file(const std::string& path);
Status write_group_file(const std::string& path, const std::string& text);

}  // namespace hadrill::agent
