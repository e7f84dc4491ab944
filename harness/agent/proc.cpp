#include "agent/proc.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>
#include <sstream>

#include "agent/trouble.hpp"

namespace hadrill::agent {
namespace {

std::optional<ProcessInfo> read_process(pid_t pid) {
  const std::string folder = "/proc/" + std::to_string(pid);
  const std::string command_line = read_proc_file(folder + "/cmdline");
  const std::string argv0 = command_line.substr(0, command_line.find('\0'));
  const auto stat = parse_stat(read_proc_file(folder + "/stat"));
  if (argv0.empty() || !stat || stat->dead()) return std::nullopt;
  return ProcessInfo{pid, stat->start_ticks, argv0.substr(argv0.rfind('/') + 1)};
}

int open_pidfd(pid_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

int send_by_pidfd(int pidfd, int signal_number) {
  return static_cast<int>(syscall(SYS_pidfd_send_signal, pidfd, signal_number, nullptr, 0));
}

/// A descriptor of exactly this process; -1 when it ended or was replaced.
int open_exactly(const ProcessInfo& target) {
  const int pidfd = open_pidfd(target.pid);
  if (pidfd < 0) return -1;
  // From here the descriptor names one process; check that it is still the one that was meant.
  const auto now = stat_of(target.pid);
  if (now && !now->dead() && now->start_ticks == target.start_ticks) return pidfd;
  close(pidfd);
  return -1;
}

KillProof not_done(const std::string& what) { return {false, 0, 0, 0, what}; }

}  // namespace

std::int64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

std::string read_proc_file(const std::string& path) {
  // Bare calls: a search for a pod reads the files of every process while streams wait.
  std::string content;
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return content;
  std::array<char, 4096> piece{};
  ssize_t size = 0;
  while ((size = read(file, piece.data(), piece.size())) > 0)
    content.append(piece.data(), static_cast<std::size_t>(size));
  close(file);
  return content;
}

std::optional<ProcessStat> parse_stat(const std::string& line) {
  const std::size_t name_begin = line.find('(');
  const std::size_t name_end = line.rfind(')');  // the name may hold anything, blanks and brackets included
  if (name_begin == std::string::npos || name_end == std::string::npos || name_end < name_begin) return std::nullopt;
  ProcessStat stat;
  stat.name = line.substr(name_begin + 1, name_end - name_begin - 1);
  std::istringstream fields(line.substr(name_end + 1));
  fields >> stat.state;
  constexpr int kFieldsBeforeStartTime = 18;  // fields 4 to 21
  std::string skipped;
  for (int i = 0; i < kFieldsBeforeStartTime; ++i) fields >> skipped;
  if (!(fields >> stat.start_ticks)) return std::nullopt;
  return stat;
}

std::vector<pid_t> process_ids(const std::string& proc_folder) {
  std::vector<pid_t> found;
  DIR* proc = opendir(proc_folder.c_str());
  if (proc == nullptr) return found;
  while (const dirent* entry = readdir(proc)) {  // NOLINT(concurrency-mt-unsafe): the agent has one thread
    char* end = nullptr;
    const long pid = std::strtol(entry->d_name, &end, 10);
    if (pid > 0 && *end == '\0') found.push_back(static_cast<pid_t>(pid));
  }
  closedir(proc);
  return found;
}

std::optional<ProcessStat> stat_of(pid_t pid) {
  return parse_stat(read_proc_file("/proc/" + std::to_string(pid) + "/stat"));
}

std::vector<ProcessInfo> all_processes() {
  std::vector<ProcessInfo> found;
  for (const pid_t pid : process_ids("/proc")) {
    if (auto info = read_process(pid)) found.push_back(std::move(*info));
  }
  std::sort(found.begin(), found.end(), [](const ProcessInfo& a, const ProcessInfo& b) {
    return a.start_ticks != b.start_ticks ? a.start_ticks < b.start_ticks : a.pid < b.pid;
  });
  return found;
}

std::vector<ProcessInfo> find_processes(const std::string& program) {
  auto found = all_processes();
  std::erase_if(found, [&](const ProcessInfo& process) { return process.program != program; });
  return found;
}

KillProof kill_process(const ProcessInfo& target, int signal_number, Patience& patience,
                       std::chrono::milliseconds longest) {
  const int pidfd = open_exactly(target);
  if (pidfd < 0) return not_done("the process ended before the signal was sent");
  KillProof proof;
  proof.before_ns = monotonic_ns();
  if (send_by_pidfd(pidfd, signal_number) != 0) {
    proof.trouble = std::string("pidfd_send_signal: ") + std::strerror(errno);
  } else {
    proof.sent_ns = monotonic_ns();
    proof.gone = patience.wait(pidfd, longest) == Patience::Woken::ready;
    proof.after_ns = monotonic_ns();
    if (!proof.gone) proof.trouble = "still alive " + std::to_string(longest.count()) + " ms after the signal";
  }
  close(pidfd);
  return proof;
}

Status send_signal(const ProcessInfo& target, int signal_number) {
  const int pidfd = open_exactly(target);
  if (pidfd < 0) return trouble("the process ended before the signal was sent");
  const bool sent = send_by_pidfd(pidfd, signal_number) == 0;
  Status status = sent ? Status(Ok{}) : Status(system_trouble("pidfd_send_signal"));
  close(pidfd);
  return status;
}

}  // namespace hadrill::agent
