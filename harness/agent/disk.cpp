#include "agent/disk.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <sstream>

#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::size_t kPiece = 4096;
/// One write held up by the disk does not end by a signal.
constexpr auto kWriterEnd = 30s;

bool covers(const std::string& point, const std::string& path) {
  return point == "/" || path == point || path.starts_with(point + "/");
}

/// The writer's process: how long each write took in nanoseconds goes to `out`; minus errno when one failed.
[[noreturn]] void write_and_tell(const char* path, const char* group_file, int count, int out) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const auto tell = [out](std::int64_t number) { return write(out, &number, sizeof number) == sizeof number; };
  if (group_file != nullptr) {
    const int procs = open(group_file, O_WRONLY | O_CLOEXEC);
    if (procs < 0 || write(procs, "0", 1) != 1) {  // "0": whoever writes it
      tell(-errno);
      _exit(1);
    }
  }
  const int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const std::array<char, kPiece> piece{};
  for (int i = 0; i < count; ++i) {
    const std::int64_t begin = monotonic_ns();
    // As etcd does it: over what is there, without waiting for the file's times.
    const bool done = file >= 0 && pwrite(file, piece.data(), piece.size(), 0) > 0 && fdatasync(file) == 0;
    if (!tell(done ? monotonic_ns() - begin : -errno) || !done) _exit(1);
  }
  _exit(0);
}

Result<std::vector<double>> read_times(int in, const std::string& path, int count, Patience& patience,
                                       std::chrono::milliseconds longest) {
  std::vector<double> times;
  const std::int64_t end = monotonic_ns() + std::chrono::nanoseconds(longest).count();
  while (times.size() < static_cast<std::size_t>(count)) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::nanoseconds(end - monotonic_ns()));
    const auto woken = patience.wait(in, std::max(left, 0ms));
    if (woken == Patience::Woken::give_up) return trouble("given up while a write was timed");
    if (woken == Patience::Woken::time) return trouble("a write to " + path + " did not reach the disk in time");
    std::int64_t number = 0;
    if (read(in, &number, sizeof number) != sizeof number) return trouble("the writer of " + path + " was ended");
    if (number < 0) {
      errno = static_cast<int>(-number);
      return system_trouble("write " + path);
    }
    times.push_back(static_cast<double>(number) / 1e6);
  }
  return times;
}

}  // namespace

std::vector<Mount> parse_mounts(const std::string& mountinfo) {
  std::vector<Mount> mounts;
  std::istringstream lines(mountinfo);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t dash = line.find(" - ");  // optional fields before it, any number of them
    if (dash == std::string::npos) continue;
    Mount mount;
    std::string skipped;
    std::istringstream(line.substr(0, dash)) >> mount.id >> skipped >> mount.device >> mount.root >> mount.point;
    std::istringstream(line.substr(dash + 3)) >> mount.type >> mount.source;
    if (!mount.type.empty() && !mount.point.empty()) mounts.push_back(std::move(mount));
  }
  return mounts;
}

std::vector<Mount> mounts_of(const std::string& pid) {
  return parse_mounts(read_proc_file("/proc/" + pid + "/mountinfo"));
}

std::optional<Mount> mount_under(const std::vector<Mount>& mounts, const std::string& path) {
  std::optional<Mount> found;
  for (const Mount& mount : mounts) {
    if (covers(mount.point, path) && (!found || mount.point.size() >= found->point.size())) found = mount;
  }
  return found;
}

std::optional<std::string> path_through(const Mount& mount, const Mount& other) {
  if (mount.device != other.device || !covers(mount.root, other.root)) return std::nullopt;
  const std::string below = other.root.substr(mount.root == "/" ? 0 : mount.root.size());
  if (below.empty() || below == "/") return mount.point;
  return (mount.point == "/" ? "" : mount.point) + below;
}

Result<std::string> disk_of(const Mount& mount, const std::string& sys) {
  std::error_code failed;
  const fs::path device = fs::canonical(sys + "/dev/block/" + mount.device, failed);
  if (failed) {
    return trouble(mount.point + " (" + mount.type + " " + mount.source +
                   ") lies on no disk of its own that could be " + "throttled");
  }
  if (!fs::exists(device / "partition")) return mount.device;
  return read_group_file((device.parent_path() / "dev").string());
}

std::string WriteThrottle::file() const {
  return group.folder + (group.v2 ? "/io.max" : "/blkio.throttle.write_iops_device");
}

std::string WriteThrottle::limit_in(const std::string& content) const {
  std::istringstream lines(content);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word != device) continue;
    while (words >> word) {
      if (!group.v2) return word;
      if (word.starts_with("wiops=") && word != "wiops=max") return word.substr(word.find('=') + 1);
    }
  }
  return {};
}

std::string WriteThrottle::line(const std::string& limit) const {
  if (group.v2) return device + " wiops=" + (limit.empty() ? "max" : limit);
  return device + " " + (limit.empty() ? "0" : limit);
}

Result<std::vector<double>> time_syncs(const std::string& path, const ControlGroup* group, int count,
                                       Patience& patience, std::chrono::milliseconds longest) {
  const std::string procs = group == nullptr ? std::string() : group->folder + "/cgroup.procs";
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return system_trouble("pipe");
  const pid_t writer = fork();
  if (writer == 0) write_and_tell(path.c_str(), procs.empty() ? nullptr : procs.c_str(), count, ends[1]);
  close(ends[1]);
  auto times = writer < 0 ? Result<std::vector<double>>(system_trouble("fork"))
                          : read_times(ends[0], path, count, patience, longest);
  close(ends[0]);
  if (writer > 0) {
    kill(writer, SIGKILL);
    Steadfast().until([writer] { return waitpid(writer, nullptr, WNOHANG) != 0; }, kWriterEnd, 1ms);
  }
  unlink(path.c_str());
  return times;
}

}  // namespace hadrill::agent
