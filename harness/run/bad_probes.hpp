// Owns the count of probes that were not good, while the run waits for a steady cluster: which, and how they ended.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "history/sample.hpp"
#include "history/sample_header.hpp"

namespace hadrill {

class BadProbes {
 public:
  explicit BadProbes(const SampleHeader& header);

  /// For every sample, by the prober thread. What says nothing about the service does not count.
  void see(const Sample& sample);
  /// Forgets what it saw.
  void restart();
  /// Of what it saw since: "9 probes were not good: api.read.new 5 refused, 1 slow; api.watch 3 reset", the worst
  /// prober first. Empty: every one was good.
  std::string told() const;

 private:
  struct Prober {
    std::string name;
    std::array<std::uint64_t, kOutcomes> ended{};
    std::uint64_t all = 0;
  };

  mutable std::mutex mutex_;  ///< guards probers_: the run's thread reads and restarts
  std::vector<Prober> probers_;
};

}  // namespace hadrill
