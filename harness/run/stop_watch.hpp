// Owns the scenario's stop conditions: whether one has lasted too long.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "cluster/readiness.hpp"
#include "history/sample.hpp"
#include "history/sample_header.hpp"
#include "scenario/scenario.hpp"

namespace hadrill {

class StopWatch {
 public:
  /// `header`: tells which probers ask the API through the load balancer.
  StopWatch(std::vector<StopCondition> conditions, const Topology& topology, const SampleHeader& header);

  /// For every sample, by the prober thread.
  void see(const Sample& sample);
  /// Why the run has to stop now; nullopt: it may go on. Looks at etcd only when a condition is about it.
  std::optional<std::string> due(Instant now, Readiness& readiness, const Interrupt& interrupt);

 private:
  struct Watched {
    StopCondition condition;
    std::optional<Instant> since;  ///< it has held without a break, as far as looks tell
  };
  /// Whether the condition holds now, by `begin` or earlier.
  std::optional<Instant> holds_since(const Watched& watched, Instant now, Readiness& readiness,
                                     const Interrupt& interrupt) const;

  std::vector<Watched> watched_;
  const Topology& topology_;
  std::vector<bool> users_;  ///< by prober: it stands for users behind the load balancer
  std::atomic<std::int64_t> last_good_ns_{0};
};

}  // namespace hadrill
