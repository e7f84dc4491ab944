// Owns the few numbers that stand for many durations. Exact: from all values.
#pragma once

#include <cstddef>
#include <vector>

#include "base/clock.hpp"

namespace hadrill::audit {

/// Nearest rank percentiles. All zero when n is.
struct Statistics {
  std::size_t n = 0;
  Duration p50{};
  Duration p99{};
  Duration max{};
};

Statistics statistics_of(std::vector<Duration> values);

}  // namespace hadrill::audit
