#include "probe/lateness.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace hadrill {

void LatenessHistogram::add(Duration lateness) {
  const auto value = static_cast<std::uint64_t>(std::max(lateness, Duration::zero()).count());
  const auto width = static_cast<std::size_t>(std::bit_width(value));
  // Short values have a bucket of their own; of longer ones the leading kSubBits + 1 bits choose it.
  const std::size_t shift = width <= kSubBits + 1 ? 0 : width - kSubBits - 1;
  ++buckets_[(shift << kSubBits) + static_cast<std::size_t>(value >> shift)];
  ++count_;
  max_ = std::max(max_, lateness);
}

Duration LatenessHistogram::percentile(double share) const {
  // The slack keeps 0.99 * 100 from becoming the 100th.
  constexpr double kSlack = 1e-9;
  const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_) - kSlack));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += buckets_[bucket];
    if (seen == 0 || seen < rank) continue;
    const std::size_t shift = bucket < (std::size_t{2} << kSubBits) ? 0 : (bucket >> kSubBits) - 1;
    const std::uint64_t leading = bucket - (shift << kSubBits);
    return std::min(Duration(static_cast<std::int64_t>(((leading + 1) << shift) - 1)), max_);
  }
  return max_;
}

}  // namespace hadrill
