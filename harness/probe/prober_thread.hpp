// Owns the one thread that probes: started before the steady state, stopped when everything has been seen.
#pragma once

#include <future>
#include <memory>
#include <thread>

#include "probe/prober_loop.hpp"

namespace hadrill {

/// What probing cost. How punctual it was, the samples tell.
struct ProberCost {
  double cpu_seconds = 0;  ///< user and system time of the prober thread
};

class ProberThread {
 public:
  /// The thread owns nothing: all must outlive it. `sink` is called from it.
  ProberThread(const ProberLoad& load, http::Engine& engine, SampleSink sink, std::uint64_t seed);
  ~ProberThread();
  ProberThread(const ProberThread&) = delete;
  ProberThread& operator=(const ProberThread&) = delete;

  /// Whether the thread runs before all ordinary ones (SCHED_RR), so that a busy machine does not make it late. Needs
  /// CAP_SYS_NICE; without it lateness is still measured, and judged.
  bool realtime_priority();
  /// Stops sending and waits for requests in flight, at most `longest` or until `abandon` is raised. Idempotent.
  ProberCost stop(Duration longest, const Interrupt& abandon);

 private:
  MonotonicClock clock_;
  Interrupt stop_;
  Duration drain_for_{};
  const Interrupt* abandon_ = nullptr;
  ProberCost cost_;
  std::promise<bool> priority_;
  std::shared_future<bool> priority_known_{priority_.get_future()};
  std::jthread thread_;
};

}  // namespace hadrill
