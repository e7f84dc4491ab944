#include "probe/schedule.hpp"

#include <algorithm>
#include <cassert>

namespace hadrill {

Schedule::Schedule(const std::vector<Duration>& periods, Instant start, std::uint64_t seed)
    : random_(seed), periods_(periods) {
  assert(!periods.empty());
  for (const Duration period : periods) {
    assert(period > Duration::zero());
    upcoming_.push_back({static_cast<std::uint16_t>(upcoming_.size()), 0, start + draw(Duration::zero(), period)});
  }
}

Duration Schedule::draw(Duration least, Duration most) {
  const auto choices = static_cast<std::uint64_t>((most - least).count()) + 1;
  // The remainder's bias is below 1e-9 for ranges of seconds.
  return least + Duration(static_cast<std::int64_t>(random_() % choices));
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
  const auto periods = [period = periods_[slot.prober]](double count) {
    return std::chrono::duration_cast<Duration>(period * count);
  };
  ++slot.sequence;
  slot.due = slot.due + draw(periods(kShortestGap), periods(kLongestGap));
  return taken;
}

}  // namespace hadrill
