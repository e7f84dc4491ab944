// Owns how punctual the loop was, in constant memory.
#pragma once

#include <array>
#include <cstdint>

#include "base/clock.hpp"

namespace hadrill {

/// Counts of lateness: sent - scheduled of every request. Log-linear buckets: 16 per power of two.
class LatenessHistogram {
 public:
  /// Of a percentile: never too low, and too high by at most this share of it.
  static constexpr double kRelativeError = 1.0 / 16;

  /// Negative counts as zero.
  void add(Duration lateness);
  std::uint64_t count() const { return count_; }
  /// Exact.
  Duration max() const { return max_; }
  /// Nearest rank: an upper bound, kRelativeError sharp, on what at least `share` (0..1) of all do not exceed. Zero for
  /// none.
  Duration percentile(double share) const;

 private:
  static constexpr std::size_t kSubBits = 4;
  static constexpr std::size_t kBuckets = (64 - kSubBits) << kSubBits;
  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  Duration max_{};
};

}  // namespace hadrill
