// Owns the thawing of what nobody can kill: on cgroup v1 a process in a frozen cgroup does not die of SIGKILL, and a
// container whose own runtime was freezing one of its containers when it was killed never ends.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace hadrill {

/// Where cgroup v1 has its freezer; not there on cgroup v2, where a frozen process dies as any other.
inline constexpr const char* kFreezer = "/sys/fs/cgroup/freezer";

/// Thaws every frozen cgroup of the container with this full id, whichever driver of the engine named it. Returns how
/// many there were; 0 as well where we may not.
std::size_t thaw_frozen(const std::filesystem::path& freezer, const std::string& container_id);

}  // namespace hadrill
