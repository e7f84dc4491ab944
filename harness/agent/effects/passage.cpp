#include "agent/effects/passage.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>

#include "agent/choose.hpp"
#include "agent/disk.hpp"
#include "agent/program.hpp"
#include "agent/worker.hpp"

namespace hadrill::agent {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A kubelet notices within seconds and waits 10 s or more when the same container was restarted before.
constexpr auto kRestart = 120s;
/// Until a member that just started has found the others.
constexpr auto kServe = 60s;
constexpr auto kGone = 30s;
constexpr auto kLook = 200ms;
constexpr const char* kMetricsFlag = "--listen-metrics-urls=";

std::string source_of(const Json& undo) { return "hadrill-" + undo.at("id").get<std::string>(); }
std::string folder_of(const Json& undo) { return undo.at("folder").get<std::string>(); }

/// The mounts of this passage as process `pid` sees them: more than one where it was bound over itself.
std::vector<Mount> seen_by(const std::string& pid, const std::string& source) {
  std::vector<Mount> mounts = mounts_of(pid);
  std::erase_if(mounts, [&](const Mount& mount) { return mount.type != kPassageType || mount.source != source; });
  return mounts;
}

/// Everybody who sees it from another mount namespace than the node's.
std::vector<pid_t> lookers(const std::string& source) {
  std::vector<pid_t> found;
  for (const pid_t pid : process_ids("/proc")) {
    const auto stat = stat_of(pid);
    if (stat && !stat->dead() && !seen_by(std::to_string(pid), source).empty()) found.push_back(pid);
  }
  return found;
}

/// Whether the process has a file open through one of the mounts. Asks the file system nothing: it may be the one that
/// hangs.
bool has_open(pid_t pid, const std::vector<Mount>& mounts) {
  const std::string key = "mnt_id:\t";
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(pid) + "/fdinfo", none)) {
    const std::string info = read_proc_file(entry.path().string());
    const std::size_t at = info.find(key);
    if (at == std::string::npos) continue;
    const std::string id = info.substr(at + key.size(), info.find('\n', at) - at - key.size());
    if (std::any_of(mounts.begin(), mounts.end(), [&](const Mount& mount) { return mount.id == id; })) return true;
  }
  return false;
}

/// Where the process answers whether it is healthy; "" when its command line does not say.
std::string health_url(pid_t pid) {
  const std::string line = read_proc_file("/proc/" + std::to_string(pid) + "/cmdline");
  const std::size_t at = line.find(kMetricsFlag);
  if (at == std::string::npos) return {};
  const std::string urls = line.substr(at + std::string(kMetricsFlag).size());
  return urls.substr(0, urls.find_first_of(std::string(",\0", 2))) + "/health";
}

bool is_healthy(const std::string& url) {
  const auto said = run_program({"curl", "-s", "-k", "-m", "3", url}, 5s);
  return said.ok() && said->output.find("\"health\":\"true\"") != std::string::npos;
}

Status check_fuse() {
  const int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (device >= 0) {
    close(device);
    return Ok{};
  }
  return trouble(std::string("no file system can be put over the data: /dev/fuse: ") + std::strerror(errno) +
                 " (the kernel needs CONFIG_FUSE_FS, the node its devices)");
}

Status mount_it(const Json& undo, Patience& patience) {
  const auto started = start_worker(undo.at("id").get<std::string>(), "passage",
                                    {{"folder", folder_of(undo)}, {"source", source_of(undo)}}, patience, 10s);
  if (!started.ok()) return started.error();
  if (seen_by("self", source_of(undo)).empty())
    return trouble("the file system is not mounted over " + folder_of(undo));
  return Ok{};
}

/// Takes it out of the node's tree; who works through it keeps it until their end.
Status detach(const Json& undo) {
  for (const Mount& mount : seen_by("self", source_of(undo))) {
    if (umount2(mount.point.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0)
      return system_trouble("unmount " + mount.point);
  }
  return Ok{};
}

/// Ends the component as long as it works through the passage, and sees nobody left. A container that is just being
/// made has it too, so it takes two looks without anybody.
bool send_away(const Json& undo, const Choice& choice, Patience& patience) {
  int clean_looks = 0;
  const auto look = [&] {
    const auto left = lookers(source_of(undo));
    for (const ProcessInfo& process : find_processes(choice)) {
      if (std::find(left.begin(), left.end(), process.pid) != left.end())
        static_cast<void>(send_signal(process, SIGKILL));
    }
    clean_looks = left.empty() ? clean_looks + 1 : 0;
    return clean_looks == 2;
  };
  return patience.until(look, kGone, kLook);
}

}  // namespace

Result<Json> plan_passage(const std::string& id, const Json& parameters) {
  const auto choice = read_choice(parameters);
  if (!choice.ok()) return choice.error();
  const std::string folder = parameters.value("folder", "/var/lib/etcd");
  std::error_code none;
  if (!folder.starts_with('/') || !fs::is_directory(folder, none)) return trouble("there is no folder " + folder);
  if (const Status fuse = check_fuse(); !fuse.ok()) return fuse.error();
  const auto process = find_oldest(*choice);
  if (!process.ok()) return process.error();
  const auto mount = mount_under(mounts_of(std::to_string(process->pid)), folder);
  if (!mount || mount->point != folder)
    return trouble(describe(*choice) + " has no mount at " + folder + ", so it does not keep its data there");
  if (mount->type == kPassageType) return trouble(folder + " is under another fault already");
  return Json{{"id", id}, {"choice", to_json(*choice)}, {"folder", folder}, {"process", to_json(*process)}};
}

Result<ProcessInfo> open_passage(const Json& undo, Patience& patience) {
  const auto choice = read_choice(undo.at("choice"));
  if (!choice.ok()) return choice.error();
  if (const Status mounted = mount_it(undo, patience); !mounted.ok()) return mounted.error();
  const KillProof ended = kill_process(read_process_info(undo.at("process")), SIGKILL, patience, 10s);
  if (!ended.gone) return trouble(ended.trouble);
  std::optional<ProcessInfo> process;
  const auto works_through = [&] {
    const auto found = find_in_passage(undo);
    if (found.ok()) process = *found;
    return found.ok();
  };
  if (!patience.until(works_through, kRestart, kLook))
    return trouble(describe(*choice) + " was not started again through the file system over " + folder_of(undo));
  const std::string url = health_url(process->pid);
  if (!url.empty() && !patience.until([&] { return is_healthy(url); }, kServe, kLook))
    return trouble(describe(*choice) + " does not serve after its restart: " + url);
  return *process;
}

Result<ProcessInfo> find_in_passage(const Json& undo) {
  const auto choice = read_choice(undo.at("choice"));
  if (!choice.ok()) return choice.error();
  for (const ProcessInfo& process : find_processes(*choice)) {
    if (has_open(process.pid, seen_by(std::to_string(process.pid), source_of(undo)))) return process;
  }
  return trouble("no process of " + describe(*choice) + " works through the file system over " + folder_of(undo));
}

Status set_passage(const Json& undo, const std::string& mode) {
  if (setxattr(folder_of(undo).c_str(), kPassageSwitch, mode.data(), mode.size(), 0) == 0) return Ok{};
  return system_trouble("switch the file system over " + folder_of(undo));
}

Result<std::string> read_passage(const Json& undo) {
  std::array<char, 64> text{};
  const ssize_t size = getxattr(folder_of(undo).c_str(), kPassageSwitch, text.data(), text.size());
  if (size < 0) return system_trouble("ask the file system over " + folder_of(undo));
  return std::string(text.data(), static_cast<std::size_t>(size));
}

Status close_passage(const Json& undo, Patience& patience) {
  const auto choice = read_choice(undo.at("choice"));
  if (!choice.ok()) return choice.error();
  if (const Status detached = detach(undo); !detached.ok()) return detached;
  const bool away = send_away(undo, *choice, patience);
  // After the others: who still had it would hang on a file system that answers nothing.
  if (const Status ended = end_workers(undo.at("id").get<std::string>(), patience); !ended.ok()) return ended;
  if (!away) return trouble("somebody still works through the file system that was over " + folder_of(undo));
  return Ok{};
}

Result<Json> prove_closed(const Json& undo) {
  if (!seen_by("self", source_of(undo)).empty()) return trouble("it is still mounted over " + folder_of(undo));
  if (!lookers(source_of(undo)).empty()) return trouble("somebody still works through it");
  if (!find_workers(undo.at("id").get<std::string>()).empty()) return trouble("its process still runs");
  return Json{{"folder", folder_of(undo)}};
}

std::vector<std::string> find_passages() {
  std::vector<std::string> left;
  for (const pid_t pid : process_ids("/proc")) {
    for (const Mount& mount : mounts_of(std::to_string(pid))) {
      if (mount.type != kPassageType) continue;
      std::string words = "file system " + mount.source + " mounted over " + mount.point;
      if (std::find(left.begin(), left.end(), words) == left.end()) left.push_back(std::move(words));
    }
  }
  return left;
}

}  // namespace hadrill::agent
