// Owns how a pod is found from inside its node: by its UID in the cgroup path of its processes. Needs no API server.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hadrill::agent {

/// Whether `cgroups`, the content of a /proc/PID/cgroup, names the pod: in cgroup v1 and v2, as the cgroupfs driver
/// writes it (kubepods/burstable/pod<uid>/...) and as systemd does (kubepods-burstable-pod<uid>.slice, '-' written as
/// '_').
bool is_of_pod(std::string_view cgroups, std::string_view pod_uid);

/// The UID of the pod that `cgroups` names, in the same two ways of writing; empty when it names none.
std::string pod_of(std::string_view cgroups);

/// Finds the processes of pods. A static pod's UID is the hash of its manifest (annotation kubernetes.io/config.hash),
/// not the UID of its mirror in the API.
class PodFinder {
 public:
  /// `proc`: where the proc file system is.
  explicit PodFinder(std::string proc = "/proc") : proc_(std::move(proc)) {}

  /// A descriptor of the pod's network namespace, or -1 when no process of it runs here. The caller closes it.
  int open_network_namespace(const std::string& pod_uid);
  /// The pod's oldest process, which holds its namespaces from beginning to end. Remembered, and checked each time.
  std::optional<pid_t> process_of(const std::string& pod_uid);

 private:
  std::optional<pid_t> search(const std::string& pod_uid) const;

  std::string proc_;
  std::map<std::string, pid_t> known_;
};

}  // namespace hadrill::agent
