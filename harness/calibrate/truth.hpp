// Owns what really happened to a server of ours, as it was read from the same clock on the server's own thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/clock.hpp"

namespace hadrill::calibrate {

/// An instant between two readings of the clock.
struct Moment {
  Instant lower;
  Instant upper;
};

/// A duration that is known but for the time its ends took.
struct Extent {
  Duration lower{};
  Duration upper{};
};

/// The service was bad for whoever asked between these.
struct TrueOutage {
  Moment began;
  Moment ended;

  Extent length() const {
    return {std::max(Duration::zero(), ended.lower - began.upper),
            std::max(Duration::zero(), ended.upper - began.lower)};
  }
};

struct Truth {
  std::vector<TrueOutage> outages;
  std::size_t spoiled = 0;  ///< connections that were made to fail one by one, or lies told
  Duration lateness{};      ///< the most by which the server's thread was late for anything
};

/// Length of the longest, zero for none.
inline Extent longest(const Truth& truth) {
  Extent most;
  for (const TrueOutage& outage : truth.outages) {
    most.lower = std::max(most.lower, outage.length().lower);
    most.upper = std::max(most.upper, outage.length().upper);
  }
  return most;
}

inline Extent total(const Truth& truth) {
  Extent sum;
  for (const TrueOutage& outage : truth.outages) {
    sum.lower += outage.length().lower;
    sum.upper += outage.length().upper;
  }
  return sum;
}

}  // namespace hadrill::calibrate
