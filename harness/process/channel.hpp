// Owns the door to a program that runs as long as we do: its standard input and output are pipes in our hands, and it
// is gone when the Channel is.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "process/runner.hpp"

namespace hadrill {

/// What a Channel's destructor gives its program: this long to end with its input, and as long again after SIGTERM.
inline constexpr auto kChannelGrace = std::chrono::seconds(2);

/// A running program. It has a process group of its own, so that a terminal's Ctrl-C reaches us and not it; when it
/// ends, whatever is left of the group is killed. Used by one thread, except where said otherwise.
class Channel {
 public:
  /// Starts `command`; its `timeout`, `input` and `on_error_line` are not used. Error: infrastructure when it cannot be
  /// started. That it ends at once is not an error here: the output ends and exit_code tells.
  static Result<std::unique_ptr<Channel>> start(const Command& command);
  /// Ends it: see end(), with kChannelGrace.
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Write end of its standard input: non-blocking, fit for epoll, owned by the Channel. -1 after close_input.
  int input() const;
  /// Read end of its standard output, likewise.
  int output() const;
  /// Ends its standard input. Idempotent.
  void close_input();

  /// The last 16 KiB it wrote to standard error; the rest is read and forgotten. Safe from any thread.
  std::string error_tail() const;
  /// How it ended (128 + signal number for a signal), nullopt while it runs. Safe from any thread.
  std::optional<int> exit_code() const;

  /// Waits for its end, at most `longest`; whether it ended. Safe from any thread.
  bool wait_for_end(Duration longest) const;
  /// Ends its input, after `grace` sends SIGTERM to its process group, after another `grace` SIGKILL, and returns when
  /// it is reaped. Idempotent.
  void end(Duration grace);

 private:
  class Child;
  explicit Channel(std::unique_ptr<Child> child);
  std::unique_ptr<Child> child_;
};

}  // namespace hadrill
