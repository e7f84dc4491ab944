// Owns the wish to stop: raised by SIGINT and SIGTERM or by a test, seen by every wait.
#pragma once

#include <atomic>

#include "base/clock.hpp"

namespace hadrill {

/// A flag with a file descriptor, so that waits end at once when it is raised. Safe to raise from a signal handler.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  void raise() noexcept;
  bool raised() const noexcept { return count_.load(std::memory_order_acquire) > 0; }
  /// How often it was raised: Ctrl-C once means "heal and report", twice "leave now".
  int count() const noexcept { return count_.load(std::memory_order_acquire); }
  /// Readable from the moment it is raised.
  int descriptor() const noexcept { return descriptor_; }
  /// Returns after `longest`, or earlier when raised.
  void wait_for(Duration longest) const;

  /// An interrupt that is never raised: for clean-up, which has to run to its end.
  static const Interrupt& never();

 private:
  std::atomic<int> count_{0};
  int descriptor_ = -1;
};

/// While it lives, SIGINT and SIGTERM raise `interrupt` (and SIGPIPE is ignored). One at a time per process.
class SignalGuard {
 public:
  explicit SignalGuard(Interrupt& interrupt);
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;
};

}  // namespace hadrill
