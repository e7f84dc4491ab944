// Owns the instant at which a container's init process ends, seen from this machine and not told by the engine. The
// kernel ends everything else in the container after the init process has begun to end, and before it has ended.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "base/descriptor.hpp"

namespace hadrill {

class ExitWatch {
 public:
  /// Begins to watch `pid`. nullptr when it cannot be seen from here as the process of container `container_id`: an
  /// engine with pids of its own (in a virtual machine, or we are in a container), or a kernel without pidfds.
  static std::unique_ptr<ExitWatch> open(pid_t pid, const std::string& container_id);
  ExitWatch(const ExitWatch&) = delete;
  ExitWatch& operator=(const ExitWatch&) = delete;
  ~ExitWatch() = default;

  /// Everything in the container ended between these two.
  struct End {
    Instant whole_at;  ///< the process was seen whole then: nothing had been killed yet
    Instant gone_at;   ///< its end was seen
  };
  /// nullopt when it did not end within `longest`.
  std::optional<End> ended(Duration longest);

 private:
  ExitWatch(Descriptor process, pid_t pid);
  void look(const std::stop_token& stop);

  Descriptor process_;
  std::string command_line_;  ///< of the process in /proc: it has none from the moment it begins to end
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<End> end_;
  std::jthread thread_;  ///< last, so gone first
};

}  // namespace hadrill
