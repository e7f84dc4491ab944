#include "base/duration_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace hadrill {
namespace {

constexpr int kSubBits = 7;  // 128 buckets per power of two

std::size_t bucket_of(std::uint64_t value) {
  const auto width = static_cast<int>(std::bit_width(value));
  if (width <= kSubBits + 1) return static_cast<std::size_t>(value);
  const int shift = width - kSubBits - 1;
  // The value's leading kSubBits + 1 bits, after the buckets of all shorter values.
  return (static_cast<std::size_t>(shift) << kSubBits) + static_cast<std::size_t>(value >> shift);
}

/// The largest value of a bucket.
std::uint64_t upper_edge(std::size_t bucket) {
  constexpr std::size_t kExact = std::size_t{2} << kSubBits;
  if (bucket < kExact) return bucket;
  const std::size_t shift = (bucket >> kSubBits) - 1;
  const std::uint64_t leading = bucket - (shift << kSubBits);
  return ((leading + 1) << shift) - 1;
}

/// 0 for up to 1 us, 1 for up to 2 us ...
std::size_t octave_of(std::uint64_t value) {
  constexpr std::uint64_t kFirst = 1000;
  return value <= kFirst ? 0 : static_cast<std::size_t>(std::bit_width((value - 1) / kFirst));
}

void increment(std::vector<std::uint64_t>& counts, std::size_t index) {
  if (index >= counts.size()) counts.resize(index + 1, 0);
  ++counts[index];
}

}  // namespace

void DurationHistogram::add(Duration value) {
  const auto ns = static_cast<std::uint64_t>(std::max(value, Duration::zero()).count());
  increment(buckets_, bucket_of(ns));
  increment(octaves_, octave_of(ns));
  ++count_;
  max_ = std::max(max_, value);
}

Duration DurationHistogram::percentile(double share) const {
  // The slack keeps 0.99 * 100 from becoming the 100th.
  constexpr double kSlack = 1e-9;
  const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_) - kSlack));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= rank && seen > 0) return std::min(Duration(static_cast<std::int64_t>(upper_edge(i))), max_);
  }
  return max_;
}

std::vector<DurationHistogram::Octave> DurationHistogram::octaves() const {
  std::vector<Octave> filled;
  for (std::size_t i = 0; i < octaves_.size(); ++i) {
    if (octaves_[i] > 0) filled.push_back({std::chrono::microseconds(1) * (std::int64_t{1} << i), octaves_[i]});
  }
  return filled;
}

}  // namespace hadrill
