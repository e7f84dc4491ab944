// Owns the door to other programs: run one to its end, with a deadline, and tell how it ended.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/interrupt.hpp"
#include "base/result.hpp"

namespace hadrill {

/// A program to run. argv[0] is looked up on PATH when it has no slash.
struct Command {
  std::vector<std::string> argv;
  Duration timeout;                                     ///< the whole run; the process group is ended at it
  std::string input = {};                               ///< standard input
  std::map<std::string, std::string> environment = {};  ///< added to ours
  /// Called for each line of standard error as it arrives, without the line end. May be empty.
  std::function<void(const std::string&)> on_error_line = {};
};

/// How a program that was started ended, on its own.
struct Completed {
  int exit_code = 0;  ///< 128 + signal number when a signal ended it
  std::string out;
  std::string err;
  Duration elapsed{};
};

/// The door. A non-zero exit code is not an error here: only the caller knows what it means.
class Runner {
 public:
  virtual ~Runner() = default;
  /// Error: infrastructure when it cannot be started, exceeds its timeout or its output exceeds 64 MiB; interrupted
  /// when `interrupt` was raised. In each case nothing of its process group is left running.
  virtual Result<Completed> run(const Command& command, const Interrupt& interrupt) = 0;
};

/// `command` as one printable line, quoted where needed.
std::string command_line(const Command& command);

/// An infrastructure error telling which command ended how, with the last lines it printed.
Error failed_command(const std::string& where, const Command& command, const Completed& completed);

/// Runs `command` and turns a non-zero exit code into failed_command.
Result<Completed> run_checked(Runner& runner, const std::string& where, const Command& command,
                              const Interrupt& interrupt);

/// The last `count` lines of `text`.
std::string last_lines(const std::string& text, std::size_t count);

}  // namespace hadrill
