// Owns the way from the order in which requests ended to the order of their slots, in memory that does not grow with
// the history.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "history/sample.hpp"

namespace hadrill {

/// All samples that were scheduled within one second. `samples_of(p)`: those of prober p, in the order of their slots,
/// each slot once.
class ClosedSecond {
 public:
  ClosedSecond(std::int64_t index, const std::vector<std::vector<Sample>>& slots) : index_(index), slots_(slots) {}

  std::int64_t index() const { return index_; }
  std::size_t probers() const { return slots_.size(); }
  std::span<const Sample> samples_of(std::size_t prober) const { return slots_[prober]; }

 private:
  std::int64_t index_;
  const std::vector<std::vector<Sample>>& slots_;
};

/// Collects samples by the second of their slot and hands on a second when no request of it can still be under way:
/// when a slot is seen that is `horizon` later. What breaks that promise is noticed, never passed over.
class SlotOrder {
 public:
  using Sink = std::function<void(const ClosedSecond&)>;

  /// Seconds are counted from `origin`. `trusted`: samples come by slot, each slot once; nothing is checked then.
  SlotOrder(std::size_t probers, Instant origin, Duration horizon, bool trusted, Sink sink);

  /// False: the order is beyond repair here, because the second has been handed on already, or because slots are not
  /// numbered by time. What was handed on is then void: sort all samples first (sorted_by_slot) and start again.
  bool add(const Sample& sample);
  /// Hands on what is left. False as above.
  bool finish();

 private:
  using Slots = std::vector<std::vector<Sample>>;

  bool close_before(std::int64_t index);
  bool close_first();
  bool put_in_order(std::vector<Sample>& slots, std::size_t prober);
  Slots& slots_of(std::int64_t index);

  std::size_t probers_;
  Instant origin_;
  Duration horizon_;
  bool trusted_;
  Sink sink_;
  std::map<std::int64_t, Slots> open_;
  std::vector<Slots> spare_;  ///< emptied, with their memory
  Slots* current_ = nullptr;  ///< of current_index_
  std::int64_t current_index_ = 0;
  Instant latest_;              ///< slot seen so far
  Instant close_at_;            ///< slot that closes the next second
  std::int64_t closed_before_;  ///< first second not handed on yet
  std::vector<std::int64_t> last_sequence_;
};

/// The exact and expensive way, for a history in any order: of each slot the sample that came first, by prober, slot
/// number and then instant; all probers together by instant. Aborted samples are left out.
std::vector<Sample> sorted_by_slot(std::vector<Sample> samples);

}  // namespace hadrill
