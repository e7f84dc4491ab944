#include "agent/pods.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

/// Pods looked up before what is known is forgotten: bounds the memory of a long-lived agent.
constexpr std::size_t kMostKnown = 256;

std::string with_dashes(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '_', '-');
  return out;
}

/// Whether the path names the pod: "pod<uid>" as a whole word below a folder of the kubelet's.
bool path_names_pod(std::string_view path, const std::string& word) {
  const std::size_t kubepods = path.find("kubepods");
  if (kubepods == std::string_view::npos) return false;
  for (std::size_t at = path.find(word, kubepods); at != std::string_view::npos; at = path.find(word, at + 1)) {
    const std::string_view rest = path.substr(at + word.size());
    const bool begins = path[at - 1] == '/' || path[at - 1] == '-';
    // ".slice:cri-containerd:<id>": what containerd writes when it does not use systemd and the kubelet does.
    const bool ends = rest.empty() || rest[0] == '/' || rest[0] == ':' || rest.starts_with(".slice");
    if (begins && ends) return true;
  }
  return false;
}

}  // namespace

bool is_of_pod(std::string_view cgroups, std::string_view pod_uid) {
  if (pod_uid.empty()) return false;
  const std::string word = "pod" + with_dashes(pod_uid);
  while (!cgroups.empty()) {
    const std::size_t end = std::min(cgroups.find('\n'), cgroups.size());
    if (path_names_pod(with_dashes(cgroups.substr(0, end)), word)) return true;
    cgroups.remove_prefix(std::min(end + 1, cgroups.size()));
  }
  return false;
}

std::string pod_of(std::string_view cgroups) {
  constexpr std::size_t kUuid = 36;  // of a pod; a static pod has a hash of 32 in its place
  constexpr std::size_t kHash = 32;
  const std::string text = with_dashes(cgroups);
  const std::size_t kubepods = text.find("kubepods");
  if (kubepods == std::string::npos) return {};
  for (std::size_t at = text.find("pod", kubepods + 1); at != std::string::npos; at = text.find("pod", at + 1)) {
    for (const std::size_t length : {kUuid, kHash}) {
      const std::string uid = text.substr(at + 3, length);
      if (uid.size() == length && uid.find_first_not_of("0123456789abcdef-") == std::string::npos &&
          is_of_pod(cgroups, uid))
        return uid;
    }
  }
  return {};
}

int PodFinder::open_network_namespace(const std::string& pod_uid) {
  constexpr int kAttempts = 2;  // the process may end in between; its successor is found the second time
  for (int i = 0; i < kAttempts; ++i) {
    const auto pid = process_of(pod_uid);
    if (!pid) return -1;
    const std::string folder = proc_ + "/" + std::to_string(*pid);
    const int descriptor = open((folder + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC);
    // Asked again: the number may have become another process's before it was opened.
    if (descriptor >= 0 && is_of_pod(read_proc_file(folder + "/cgroup"), pod_uid)) return descriptor;
    if (descriptor >= 0) close(descriptor);
    known_.erase(pod_uid);
  }
  return -1;
}

std::optional<pid_t> PodFinder::process_of(const std::string& pod_uid) {
  const auto known = known_.find(pod_uid);
  if (known != known_.end()) {
    const std::string folder = proc_ + "/" + std::to_string(known->second);
    if (is_of_pod(read_proc_file(folder + "/cgroup"), pod_uid)) {
      const auto stat = parse_stat(read_proc_file(folder + "/stat"));
      if (stat && !stat->dead()) return known->second;
    }
    known_.erase(known);
  }
  const auto found = search(pod_uid);
  if (known_.size() >= kMostKnown) known_.clear();
  if (found) known_[pod_uid] = *found;
  return found;
}

std::optional<pid_t> PodFinder::search(const std::string& pod_uid) const {
  std::optional<pid_t> oldest;
  std::uint64_t oldest_start = 0;
  for (const pid_t pid : process_ids(proc_)) {
    const std::string folder = proc_ + "/" + std::to_string(pid);
    if (!is_of_pod(read_proc_file(folder + "/cgroup"), pod_uid)) continue;
    const auto stat = parse_stat(read_proc_file(folder + "/stat"));
    // runc's first process has the pod's cgroup before it has the pod's namespaces.
    if (!stat || stat->dead() || stat->name.starts_with("runc:[")) continue;
    if (!oldest || stat->start_ticks < oldest_start || (stat->start_ticks == oldest_start && pid < *oldest)) {
      oldest = pid;
      oldest_start = stat->start_ticks;
    }
  }
  return oldest;
}

}  // namespace hadrill::agent
