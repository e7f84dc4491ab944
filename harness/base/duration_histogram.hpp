// Owns percentiles of durations in constant memory: a log-linear histogram, as HdrHistogram's.
#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.hpp"

namespace hadrill {

/// Counts of durations >= 0. Up to 255 ns each value has a bucket of its own; above, 128 buckets per power of two, so
/// the upper edge of a bucket is at most 1/128 (0.8 %) above any value in it.
class DurationHistogram {
 public:
  /// Of a percentile: never too low, and too high by at most this share of it.
  static constexpr double kRelativeError = 1.0 / 128;

  void add(Duration value);
  std::uint64_t count() const { return count_; }
  /// Exact. Zero for none.
  Duration max() const { return max_; }
  /// Nearest rank: a bound on the smallest value that at least `share` (0..1) of all do not exceed, kRelativeError
  /// above it at most, and never above max(). Zero for none.
  Duration percentile(double share) const;

  /// Values in (half `at_most`, `at_most`].
  struct Octave {
    Duration at_most{};
    std::uint64_t count = 0;
  };
  /// By powers of two from 1 us on (the first holds all that is smaller), without empty ones, in order. Exact.
  std::vector<Octave> octaves() const;

 private:
  std::vector<std::uint64_t> buckets_;
  std::vector<std::uint64_t> octaves_;
  std::uint64_t count_ = 0;
  Duration max_{};
};

}  // namespace hadrill
