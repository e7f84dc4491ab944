// Owns companions that have an engine of their own: what is asked beside the probers, with another identity.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "base/interrupt.hpp"
#include "http/engine.hpp"
#include "probe/companion_errands.hpp"

namespace hadrill {

/// Lets companions act when they are due. Each has a lane of its own.
class CompanionLoop final {
 public:
  /// All must outlive the loop.
  CompanionLoop(std::vector<Companion*> companions, http::Engine& engine, Clock& clock)
      : errands_(std::move(companions), 0, engine), engine_(engine), clock_(clock) {}

  /// Runs until `stop` is raised; then cancels what is under way.
  void run(const Interrupt& stop);

 private:
  /// Nothing is due: looks again after this long.
  static constexpr Duration kIdle = std::chrono::seconds(1);

  CompanionErrands errands_;
  http::Engine& engine_;
  Clock& clock_;
};

/// The loop in a thread. Stops when it is destroyed.
class CompanionThread {
 public:
  /// `companions` and `engine` must outlive it.
  CompanionThread(std::vector<Companion*> companions, http::Engine& engine);
  ~CompanionThread();
  CompanionThread(const CompanionThread&) = delete;
  CompanionThread& operator=(const CompanionThread&) = delete;

 private:
  MonotonicClock clock_;
  Interrupt stop_;
  CompanionLoop loop_;
  std::jthread thread_;
};

}  // namespace hadrill
