#include "probe/schedule.hpp"

#include <algorithm>
#include <cassert>
#include <random>

namespace hadrill {

Schedule::Schedule(const std::vector<Duration>& periods, Instant start, std::uint64_t seed) : periods_(periods) {
  assert(!periods.empty());
  std::mt19937_64 random(seed);
  for (std::size_t i = 0; i < periods.size(); ++i) {
    assert(periods[i] > Duration::zero());
    const auto phase = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(periods[i].count()));
    upcoming_.push_back({static_cast<std::uint16_t>(i), 0, start + Duration(phase)});
  }
}

std::size_t Schedule::earliest() const {
  const auto found =
      std::min_element(upcoming_.begin(), upcoming_.end(), [](const Slot& a, const Slot& b) { return a.due < b.due; });
  return static_cast<std::size_t>(found - upcoming_.begin());
}

const Slot& Schedule::next() const { return upcoming_[earliest()]; }

Slot Schedule::take() {
  Slot& slot = upcoming_[earliest()];
  const Slot taken = slot;
  ++slot.sequence;
  slot.due = slot.due + periods_[slot.prober];
  return taken;
}

}  // namespace hadrill
