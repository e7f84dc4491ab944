// Owns the agent's view of disks: which one a folder lies on, how control groups slow it, how long a write takes to
// reach it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/cgroup.hpp"
#include "agent/patience.hpp"
#include "agent/trouble.hpp"

namespace hadrill::agent {

/// One line of a mountinfo file.
struct Mount {
  std::string id;      ///< as "mnt_id" in /proc/PID/fdinfo
  std::string device;  ///< "MAJOR:MINOR"
  std::string root;    ///< the folder of that file system that is mounted
  std::string point;
  std::string type;
  std::string source;
};

/// The content of a /proc/PID/mountinfo, in its order: later ones cover earlier ones. Other lines are left out.
std::vector<Mount> parse_mounts(const std::string& mountinfo);
/// What process `pid` has mounted; "self" for the agent.
std::vector<Mount> mounts_of(const std::string& pid);
/// The one that the absolute `path` lies on; nullopt when `mounts` has not even a root.
std::optional<Mount> mount_under(const std::vector<Mount>& mounts, const std::string& path);

/// The path below `mount` of the folder that `other`, a mount in whatever namespace, shows; nullopt when it is on
/// another file system or not below what `mount` shows of it.
std::optional<std::string> path_through(const Mount& mount, const Mount& other);

/// "MAJOR:MINOR" of the whole disk of `mount`, whose partition it may be. `sys`: where the sys file system is. Error:
/// it lies on no block device, e.g. in memory.
Result<std::string> disk_of(const Mount& mount, const std::string& sys = "/sys");

/// How many writes a second a control group may send to a disk.
struct WriteThrottle {
  ControlGroup group;
  std::string device;

  /// The file of the group that has it.
  std::string file() const;
  /// The limit that `content`, of file(), has for the device; "" when there is none.
  std::string limit_in(const std::string& content) const;
  /// What to write to file() for `limit`; "" for none.
  std::string line(const std::string& limit) const;
};

/// Milliseconds that each of `count` writes to the file at `path` took until it was on disk, in order. The writer is a
/// process of its own: in `group` unless that is nullptr. The file is made and removed. Error: it cannot be written, or
/// not in time.
Result<std::vector<double>> time_syncs(const std::string& path, const ControlGroup* group, int count,
                                       Patience& patience, std::chrono::milliseconds longest);

}  // namespace hadrill::agent
