// disk.lose: a volume of a pod is empty, as after the loss of its disk, and the pod's processes are killed, so that
// they start again on it. What was on it is set aside beside it in one step, and given back in one step.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "agent/choose.hpp"
#include "agent/disk.hpp"
#include "agent/effects/effects.hpp"
#include "agent/files.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto kEnd = 20s;
constexpr const char* kAside = ".hadrill-";

/// What names a folder whatever it is called; 0 when there is none.
std::uint64_t inode_of(const fs::path& path) {
  struct stat found {};
  return stat(path.c_str(), &found) == 0 ? found.st_ino : 0;
}

/// Where process `pid` has `folder`, seen from here.
fs::path inside(pid_t pid, const std::string& folder) { return "/proc/" + std::to_string(pid) + "/root" + folder; }

bool same_folder(const fs::path& a, const fs::path& b) {
  std::error_code failed;
  return fs::equivalent(a, b, failed) && !failed;
}

/// The node's own path of what `process` has mounted at `folder`.
Result<fs::path> volume_of(const ProcessInfo& process, const std::string& folder) {
  const auto inner = mounts_of(std::to_string(process.pid));
  const Mount* volume = nullptr;
  for (const Mount& mount : inner) {
    if (mount.point == folder) volume = &mount;
  }
  if (volume == nullptr) return trouble("the container has no volume at " + folder);
  for (const Mount& mount : mounts_of("self")) {
    const auto path = path_through(mount, *volume);
    if (!path || !same_folder(*path, inside(process.pid, folder))) continue;
    if (*path == mount.point)
      return trouble(*path + " is a file system of its own: what is on it cannot be set aside in one step");
    return fs::path(*path);
  }
  return trouble("the node has no path to the volume at " + folder);
}

/// An empty folder like `model`.
Status make_empty(const fs::path& path, const fs::path& model) {
  struct stat of_model {};
  if (stat(model.c_str(), &of_model) != 0) return system_trouble("stat " + model.string());
  if (mkdir(path.c_str(), 0700) != 0) return system_trouble("mkdir " + path.string());
  if (chown(path.c_str(), of_model.st_uid, of_model.st_gid) != 0 || chmod(path.c_str(), of_model.st_mode & 07777U) != 0)
    return system_trouble("chmod " + path.string());
  return Ok{};
}

Status exchange(const fs::path& a, const fs::path& b) {
  if (renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0) return Ok{};
  return system_trouble("exchange " + a.string() + " and " + b.string());
}

/// What the journal has.
struct Lost {
  Choice choice;
  std::string folder;       ///< in the container
  fs::path volume;          ///< on the node
  fs::path aside;           ///< beside it
  std::uint64_t inode = 0;  ///< of the volume with its data

  bool is_lost() const { return inode_of(aside) == inode; }
};

Lost read_lost(const Json& undo) {
  const auto choice = read_choice(undo.at("choice"));
  return {choice.ok() ? *choice : Choice{}, undo.at("folder").get<std::string>(), undo.at("volume").get<std::string>(),
          undo.at("aside").get<std::string>(), undo.at("inode").get<std::uint64_t>()};
}

/// Kills the processes of the pod that have another volume than `wanted`, until there are none.
Status end_those_without(const Lost& lost, std::uint64_t wanted, Patience& patience) {
  const auto none_left = [&] {
    bool none = true;
    for (const ProcessInfo& process : find_processes(lost.choice)) {
      const std::uint64_t has = inode_of(inside(process.pid, lost.folder));
      if (has == 0 || has == wanted) continue;
      none = false;
      static_cast<void>(send_signal(process, SIGKILL));
    }
    return none;
  };
  if (patience.until(none_left, kEnd)) return Ok{};
  return trouble("processes of " + describe(lost.choice) + " do not end");
}

class DiskLose final : public Effect {
 public:
  const char* name() const override { return "disk.lose"; }

  Result<Json> plan(const std::string& id, const Json& parameters) const override {
    const auto choice = read_choice(parameters);
    if (!choice.ok()) return choice.error();
    if (choice->pod.empty()) return trouble("only a pod's volume can be lost");
    const auto folder = parameters.at("folder").get<std::string>();
    const auto process = find_oldest(*choice);
    if (!process.ok()) return process.error();
    const auto volume = volume_of(*process, folder);
    if (!volume.ok()) return volume.error();
    const fs::path aside = volume->string() + kAside + id;
    if (there(aside)) return trouble(aside.string() + " is there already");
    return Json{{"choice", to_json(*choice)}, {"folder", folder},           {"volume", volume->string()},
                {"aside", aside.string()},    {"inode", inode_of(*volume)}, {"process", to_json(*process)}};
  }

  Result<Proof> inject(const Json& undo, Patience& patience) const override {
    const Lost lost = read_lost(undo);
    Proof proof;
    if (const Status made = make_empty(lost.aside, lost.volume); !made.ok()) return made.error();
    proof.before_ns = monotonic_ns();
    if (const Status exchanged = exchange(lost.aside, lost.volume); !exchanged.ok()) return exchanged.error();
    if (const Status ended = end_those_without(lost, inode_of(lost.volume), patience); !ended.ok())
      return ended.error();
    proof.after_ns = monotonic_ns();
    proof.evidence = {{"volume", undo.at("volume")}, {"aside", undo.at("aside")}, {"process", undo.at("process")}};
    return proof;
  }

  Result<Json> prove(const Json& undo) const override {
    const Lost lost = read_lost(undo);
    if (!lost.is_lost()) return trouble("what was on " + lost.volume.string() + " is there");
    return Json{{"aside", lost.aside.string()}};
  }

  Status undo(const Json& undo, Patience& patience) const override {
    const Lost lost = read_lost(undo);
    std::error_code failed;
    if (lost.is_lost() && !there(lost.volume)) fs::rename(lost.aside, lost.volume, failed);
    if (failed) return trouble("cannot give the volume back: " + failed.message());
    if (lost.is_lost()) {
      if (const Status exchanged = exchange(lost.aside, lost.volume); !exchanged.ok()) return exchanged;
    }
    // Whoever began on the empty volume goes on with it until it is started again.
    if (const Status ended = end_those_without(lost, lost.inode, patience); !ended.ok()) return ended;
    fs::remove_all(lost.aside, failed);
    if (failed) return trouble("cannot remove " + lost.aside.string() + ": " + failed.message());
    return Ok{};
  }

  Result<Json> prove_undone(const Json& undo) const override {
    const Lost lost = read_lost(undo);
    if (there(lost.aside)) return trouble(lost.aside.string() + " is still there");
    // With its pod the volume may have gone for good.
    if (there(lost.volume) && inode_of(lost.volume) != lost.inode)
      return trouble(lost.volume.string() + " is not what it was");
    return Json{{"volume", lost.volume.string()}, {"there", there(lost.volume)}};
  }

  std::vector<std::string> residue() const override;
};

/// Where volumes lie that the kubelet makes, and those that are folders of the node.
std::vector<std::string> DiskLose::residue() const {
  std::vector<fs::path> folders{"/var/lib", "/var/local-path-provisioner"};
  std::error_code none;
  for (const auto& pod : fs::directory_iterator("/var/lib/kubelet/pods", none)) {
    for (const auto& kind : fs::directory_iterator(pod.path() / "volumes", none)) folders.push_back(kind.path());
  }
  std::vector<std::string> left;
  for (const fs::path& folder : folders) {
    for (const auto& entry : fs::directory_iterator(folder, none)) {
      const std::string name = entry.path().filename().string();
      // At the beginning it is a file of disk.slow; those of etcd are told by its own effects.
      const std::size_t found = name.find(kAside);
      if (found == std::string::npos || found == 0 || name.starts_with("etcd.hadrill-")) continue;
      left.push_back("a volume's data, " + entry.path().string() + ", was set aside");
    }
  }
  return left;
}

}  // namespace

const Effect& disk_lose() {
  static const DiskLose effect;
  return effect;
}

}  // namespace hadrill::agent
