// Owns when probes are due: an absolute timetable per prober with a random phase, never moved by what happened before.
#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.hpp"

namespace hadrill {

/// One planned request.
struct Slot {
  std::uint16_t prober = 0;
  std::uint32_t sequence = 0;
  Instant due;
};

/// Slot k of a prober is due at start + phase + k x period; phases are drawn from [0, period) by the seed, so that
/// probers do not beat in step with each other or with the cluster's own timers.
class Schedule {
 public:
  Schedule(const std::vector<Duration>& periods, Instant start, std::uint64_t seed);

  /// The slot due next; of equal ones, that of the lower prober. Needs at least one prober.
  const Slot& next() const;
  /// Takes it and moves its prober on by one period.
  Slot take();

 private:
  std::size_t earliest() const;

  std::vector<Duration> periods_;
  std::vector<Slot> upcoming_;
};

}  // namespace hadrill
