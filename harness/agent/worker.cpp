#include "agent/worker.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>

#include "agent/files.hpp"
#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;

constexpr auto kEnd = 5s;
constexpr std::size_t kLongestLine = 65536;
/// Where a worker writes its line; above the three streams, which it does not use.
constexpr int kReport = 3;

/// Arguments of a process as /proc shows them.
std::vector<std::string> arguments_of(pid_t pid) {
  std::vector<std::string> words;
  const std::string line = read_proc_file("/proc/" + std::to_string(pid) + "/cmdline");
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find('\0', at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

/// In the child: nothing here may allocate between fork and exec but what execv needs.
[[noreturn]] void become_worker(std::vector<char*> words, int report, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it died before the wish above was heard
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(nothing, STDOUT_FILENO);  // the agent's own answers go there
  if (report == kReport) {
    fcntl(report, F_SETFD, 0);
  } else {
    dup2(report, kReport);
  }
  execv("/proc/self/exe", words.data());
  _exit(127);
}

/// The first line from `report`, without its end.
Result<std::string> first_line(int report, Patience& patience, std::chrono::milliseconds longest) {
  std::string line;
  const std::int64_t end = monotonic_ns() + std::chrono::nanoseconds(longest).count();
  while (line.find('\n') == std::string::npos) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::nanoseconds(end - monotonic_ns()));
    const auto woken = patience.wait(report, std::max(left, 0ms));
    if (woken == Patience::Woken::give_up) return trouble("given up while a worker started");
    if (woken == Patience::Woken::time) return trouble("the worker said nothing in time");
    std::array<char, 4096> piece{};
    const ssize_t size = read(report, piece.data(), piece.size());
    if (size <= 0) return trouble("the worker ended");
    line.append(piece.data(), static_cast<std::size_t>(size));
    if (line.size() > kLongestLine) return trouble("the worker said too much");
  }
  return line.substr(0, line.find('\n'));
}

Result<Json> understand(const std::string& line) {
  Json said = Json::parse(line, nullptr, false);
  if (said.is_discarded() || !said.is_object()) return trouble("the worker did not speak JSON: " + line);
  if (!said.value("ok", false)) return trouble(said.value("error", "the worker gave no reason"));
  return said;
}

}  // namespace

void report_line(int report, const Json& line) {
  // When nobody listens any more, whoever started us will end us.
  write_all(report, line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

Result<Json> start_worker(const std::string& id, const std::string& kind, const Json& parameters, Patience& patience,
                          std::chrono::milliseconds longest) {
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return system_trouble("pipe");
  std::array<std::string, 5> words{"hadrill-agent", "worker", id, kind, parameters.dump()};
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) become_worker(pointers, pipe_ends[1], parent);
  close(pipe_ends[1]);
  if (child < 0) {
    close(pipe_ends[0]);
    return system_trouble("fork");
  }
  const auto line = first_line(pipe_ends[0], patience, longest);
  close(pipe_ends[0]);
  auto said = line.ok() ? understand(*line) : Result<Json>(line.error());
  if (!said.ok()) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
  return said;
}

std::vector<pid_t> find_workers(const std::string& id) {
  std::vector<pid_t> found;
  for (const pid_t pid : process_ids("/proc")) {
    const auto words = arguments_of(pid);
    if (words.size() == 5 && words[0] == "hadrill-agent" && words[1] == "worker" && (id.empty() || words[2] == id))
      found.push_back(pid);
  }
  return found;
}

Status end_workers(const std::string& id, Patience& patience) {
  for (const pid_t pid : find_workers(id)) kill(pid, SIGKILL);
  const auto gone = [&] {
    while (waitpid(-1, nullptr, WNOHANG) > 0) continue;
    return find_workers(id).empty();
  };
  if (!patience.until(gone, kEnd)) return trouble("a worker of " + id + " does not end");
  return Ok{};
}

int run_worker(const std::string& kind, const std::string& parameters) {
  const Json parsed = Json::parse(parameters, nullptr, false);
  for (const WorkerKind& known : worker_kinds()) {
    if (kind != known.name || parsed.is_discarded()) continue;
    try {
      return known.run(parsed, kReport);
    } catch (const nlohmann::json::exception& failure) {
      report_line(kReport, {{"ok", false}, {"error", failure.what()}});
      return 1;
    }
  }
  report_line(kReport, {{"ok", false}, {"error", "no worker " + kind}});
  return 64;
}

}  // namespace hadrill::agent
