// Owns which pods run on the node, as the kernel has it: by the processes in their cgroups. Needs no API server, no
// kubelet and no container runtime, so it sees what they do not know or do not tell.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace hadrill::agent {

/// What one look at the processes saw. Instants on CLOCK_MONOTONIC, in nanoseconds.
struct LivesLook {
  std::int64_t from_ns = 0;   ///< what is listed lived then or later
  std::int64_t until_ns = 0;  ///< what is not listed did not live then
  /// UID of the pod -> start of its oldest process beside the one that only holds its namespaces (pause). The kernel
  /// counts starts in clock ticks, rounded down: it started up to a tick (10 ms) later.
  std::map<std::string, std::int64_t> pods;
};

/// `proc`: where the proc file system is. `boot_ahead_ns`: CLOCK_BOOTTIME - CLOCK_MONOTONIC.
LivesLook look_at_lives(const std::string& proc, std::int64_t boot_ahead_ns);

/// {"fromNs":..,"untilNs":..,"pods":{"UID":startedNs}} and a line end.
std::string to_line(const LivesLook& look);

/// Prints a look now and every half second, until standard input ends or nobody reads. Returns the exit code.
int run_lives();

}  // namespace hadrill::agent
