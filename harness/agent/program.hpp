// Owns how the agent uses the node's own programs (systemctl, iptables, tc): run to their end, with a deadline.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "agent/trouble.hpp"

namespace hadrill::agent {

/// How a program that was started ended.
struct Ended {
  int exit_code = 0;   ///< 128 + signal number when a signal ended it
  std::string output;  ///< standard output and error, at most 1 MiB
};

/// Runs `argv`, looked up on PATH; it is killed after `longest`. Error: it cannot be started, or did not end in time.
Result<Ended> run_program(const std::vector<std::string>& argv, std::chrono::milliseconds longest,
                          const std::string& input = {});
/// The same for programs that have to succeed: a non-zero exit code is an error with what it said.
Result<std::string> run_checked(const std::vector<std::string>& argv, std::chrono::milliseconds longest,
                                const std::string& input = {});

}  // namespace hadrill::agent
