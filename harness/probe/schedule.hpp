// Owns when probes are due: an absolute timetable per prober with a wandering phase, never moved by what happened
// before.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "base/clock.hpp"

namespace hadrill {

/// One planned request.
struct Slot {
  std::uint16_t prober = 0;
  std::uint32_t sequence = 0;
  Instant due;
};

/// A timetable per prober: the first slot within one period of the start, each next one a random time after the one
/// before, uniform in [0.6, 1.25] periods (mean 0.925: never fewer slots than one per period in the long run). A load
/// balancer that takes its backends in turn would give a prober with a fixed pace, or with a jitter around a fixed
/// grid, the same backends again and again, for as long as the other traffic keeps its pace too: users would see
/// outages that the prober never meets, or the other way round. For the same reason probers must not beat in step with
/// each other or with the cluster's own timers. The seed alone decides the timetable; what becomes of the requests
/// never moves it.
class Schedule {
 public:
  static constexpr double kShortestGap = 0.6;  ///< between two slots, in periods
  static constexpr double kLongestGap = 1.25;

  Schedule(const std::vector<Duration>& periods, Instant start, std::uint64_t seed);

  /// The slot due next; of equal ones, that of the lower prober. Needs at least one prober.
  const Slot& next() const;
  /// Takes it and moves its prober on to its next slot.
  Slot take();

 private:
  std::size_t earliest() const;
  /// Uniform in [`least`, `most`].
  Duration draw(Duration least, Duration most);

  std::mt19937_64 random_;
  std::vector<Duration> periods_;
  std::vector<Slot> upcoming_;
};

}  // namespace hadrill
