// Owns T6: when requests were as fast again as before the fault.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/duration_histogram.hpp"
#include "check/slot_order.hpp"
#include "check/timeline.hpp"

namespace hadrill {

/// Steady from the start of the first whole second after T0 for which, over the kSeconds from there on, the 99th
/// percentile (nearest rank) of the latency of every user-facing prober is at most kFactor times that of its baseline.
/// Latency counts from the slot's instant; a bad sample is slower than any good one. Not measured when one of them has
/// fewer than kLeastSamples good baseline samples: leaving it out could hide the one that was hurt.
class Steadiness {
 public:
  static constexpr std::int64_t kSeconds = 30;
  static constexpr double kFactor = 1.5;
  static constexpr std::size_t kLeastSamples = 50;
  /// Share of its slots that a prober must have in those seconds.
  static constexpr double kLeastCoverage = 0.95;

  struct Result {
    std::optional<Bounds> since_t0;  ///< upper of nullopt: not steady until the end of the window. Resolution: 1 s
    std::string not_measured;        ///< why there is none
  };

  Steadiness(const std::vector<ProberInfo>& probers, const Window& window);

  /// All samples of one second, counted from T0; seconds in order.
  void add(const ClosedSecond& second);
  Result result() const;

 private:
  struct Count {
    std::uint32_t all = 0;
    std::uint32_t over = 0;
  };
  struct Track {
    ProberInfo prober;
    std::size_t index = 0;  ///< in the header
    DurationHistogram baseline;
    Duration threshold{};
    std::array<Count, kSeconds> recent{};
    Count sum;
  };

  void add_baseline(const ClosedSecond& second);
  void end_baseline();
  /// Seconds without any sample up to `index`, then it is open.
  void advance_to(std::int64_t index);
  void close_current();
  bool steady(const Track& track) const;

  Window window_;
  std::int64_t whole_seconds_;  ///< in the window
  std::vector<Track> tracks_;
  bool baseline_ended_ = false;
  std::int64_t current_ = 0;  ///< second that is being filled
  std::optional<std::int64_t> steady_from_;
};

}  // namespace hadrill
