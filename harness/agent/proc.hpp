// Owns the agent's view of processes: found by name, ended with proof. Linux only, runs inside nodes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/patience.hpp"
#include "base/result.hpp"

namespace hadrill::agent {

/// A process as /proc shows it. (pid, start_ticks) names it once and for all: pids are used again, start times are not.
struct ProcessInfo {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0;  ///< start time in clock ticks since boot (/proc/PID/stat field 22)
  std::string program;            ///< base name of argv[0]
};

/// What /proc/PID/stat says of a process.
struct ProcessStat {
  std::string name;   ///< as the kernel has it, at most 15 bytes
  std::string state;  ///< one letter
  std::uint64_t start_ticks = 0;

  bool dead() const { return state == "Z" || state == "X"; }
};

/// A whole file of the proc file system; empty when it cannot be read, as those of a process that just ended.
std::string read_proc_file(const std::string& path);
/// nullopt when `line` is not the content of a stat file.
std::optional<ProcessStat> parse_stat(const std::string& line);
/// The processes a proc file system shows, in no order.
std::vector<pid_t> process_ids(const std::string& proc_folder);

/// CLOCK_MONOTONIC in nanoseconds: the clock every node shares with the host.
std::int64_t monotonic_ns();

/// What the kernel says of process `pid` now; nullopt when there is none.
std::optional<ProcessStat> stat_of(pid_t pid);

/// All live processes with a command line, oldest first.
std::vector<ProcessInfo> all_processes();
/// All live processes whose argv[0] has the base name `program`, oldest first. Zombies are not live.
std::vector<ProcessInfo> find_processes(const std::string& program);

/// How a kill went.
struct KillProof {
  bool gone = false;           ///< the process ended within the time allowed
  std::int64_t before_ns = 0;  ///< read before the signal was sent
  std::int64_t sent_ns = 0;    ///< read after it was sent
  std::int64_t after_ns = 0;   ///< read after the end was seen
  std::string trouble;         ///< why it could not be done or proven; empty when gone
};

/// Sends `signal_number` to exactly this process and waits for its end by pidfd, at most `longest`.
KillProof kill_process(const ProcessInfo& target, int signal_number, Patience& patience,
                       std::chrono::milliseconds longest);
/// Sends `signal_number` to exactly this process. Error: it is not there any more.
Status send_signal(const ProcessInfo& target, int signal_number);

}  // namespace hadrill::agent
