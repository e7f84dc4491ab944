#include "agent/lives.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <ctime>
#include <limits>
#include <nlohmann/json.hpp>

#include "agent/files.hpp"
#include "agent/pods.hpp"
#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

constexpr int kIntervalMs = 500;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

/// The process of a pod that holds its namespaces and runs nothing of it, and runc on its way to become one that does.
bool only_holds(const ProcessStat& stat) { return stat.name == "pause" || stat.name.starts_with("runc"); }

/// Whoever is interrupted between the two clocks reads less than the truth.
std::int64_t boot_ahead_now() {
  constexpr int kReadings = 5;
  std::int64_t most = std::numeric_limits<std::int64_t>::min();
  for (int i = 0; i < kReadings; ++i) {
    timespec boot{};
    clock_gettime(CLOCK_BOOTTIME, &boot);
    most = std::max(most, static_cast<std::int64_t>(boot.tv_sec) * kNsPerSecond + boot.tv_nsec - monotonic_ns());
  }
  return most;
}

/// Whether standard input ended within the interval. Nobody is expected to write anything.
bool input_ends() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  if (poll(&input, 1, kIntervalMs) <= 0) return false;
  std::array<char, 256> ignored{};
  return read(STDIN_FILENO, ignored.data(), ignored.size()) <= 0;
}

}  // namespace

LivesLook look_at_lives(const std::string& proc, std::int64_t boot_ahead_ns) {
  const std::int64_t ticks_per_second = sysconf(_SC_CLK_TCK);
  LivesLook look;
  look.from_ns = monotonic_ns();
  for (const pid_t pid : process_ids(proc)) {
    const std::string folder = proc + "/" + std::to_string(pid);
    const std::string pod = pod_of(read_proc_file(folder + "/cgroup"));
    if (pod.empty()) continue;
    const auto stat = parse_stat(read_proc_file(folder + "/stat"));
    if (!stat || stat->dead() || only_holds(*stat)) continue;
    const auto ticks = static_cast<std::int64_t>(stat->start_ticks);
    const std::int64_t started = ticks * (kNsPerSecond / ticks_per_second) - boot_ahead_ns;
    const auto [known, is_new] = look.pods.emplace(pod, started);
    if (!is_new && started < known->second) known->second = started;
  }
  look.until_ns = monotonic_ns();
  return look;
}

std::string to_line(const LivesLook& look) {
  return nlohmann::ordered_json{{"fromNs", look.from_ns}, {"untilNs", look.until_ns}, {"pods", look.pods}}.dump() +
         "\n";
}

int run_lives() {
  std::signal(SIGPIPE, SIG_IGN);
  do {
    if (!write_all(STDOUT_FILENO, to_line(look_at_lives("/proc", boot_ahead_now())))) return 1;
  } while (!input_ends());
  return 0;
}

}  // namespace hadrill::agent
