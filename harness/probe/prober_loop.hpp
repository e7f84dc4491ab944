// Owns the open loop: sends every slot when it is due, whatever became of earlier ones, and hands on one sample per
// slot.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/interrupt.hpp"
#include "history/sample.hpp"
#include "http/engine.hpp"
#include "plan/plan.hpp"
#include "probe/schedule.hpp"

namespace hadrill {

/// Receives each sample once, in the order requests end. False stops the loop: nothing can be kept any more.
using SampleSink = std::function<bool(const Sample&)>;

class ProberLoop {
 public:
  /// All references must outlive the loop. `start`: slot 0 of every prober is due within one period after it.
  ProberLoop(const std::vector<PlannedProber>& probers, http::Engine& engine, Clock& clock, SampleSink sink,
             Instant start, std::uint64_t seed);

  /// Runs until `stop` is raised or the sink gives up.
  void run(const Interrupt& stop);
  /// After run: waits for requests in flight, at most until `deadline`; those left become Outcome::aborted samples.
  void drain(Instant deadline, const Interrupt& abandon);

 private:
  struct InFlight {
    Slot slot;
  };

  void send(const Slot& slot);
  void finish(const http::Finished& finished);
  void hand_on(const Sample& sample);
  /// More requests in flight than can end by their hard timeout: something below does not honour it.
  std::size_t cap(const PlannedProber& prober) const;

  const std::vector<PlannedProber>& probers_;
  http::Engine& engine_;
  Clock& clock_;
  SampleSink sink_;
  Schedule schedule_;
  std::vector<http::Request> requests_;
  std::vector<std::size_t> in_flight_count_;
  std::unordered_map<std::uint64_t, InFlight> in_flight_;
  std::uint64_t next_id_ = 0;
  bool sink_gave_up_ = false;
};

}  // namespace hadrill
