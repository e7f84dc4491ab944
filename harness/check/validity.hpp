// Owns the doubt about the instrument itself: which seconds of a run the harness was too late to measure.
#pragma once

#include <vector>

#include "base/duration_histogram.hpp"
#include "check/slot_order.hpp"
#include "check/timeline.hpp"

namespace hadrill {

/// The window in seconds from T0, and which of them do not count.
class LatenessWindows {
 public:
  static constexpr Duration kLength = std::chrono::seconds(1);
  static constexpr Duration kLatest = std::chrono::milliseconds(50);  ///< sent - scheduled that is still punctual
  static constexpr double kAllowedShare = 0.05;                       ///< of invalid windows
  /// Of several windows this many may be invalid whatever their share: below 20 windows a single late second is more
  /// than 5 %, and what it hides is within the bounds already (late samples prove nothing and widen the gaps).
  static constexpr std::size_t kAlwaysAllowed = 1;

  /// `judged_until`: end of the stretch that summary() is about.
  LatenessWindows(const std::vector<ProberInfo>& probers, const Window& window, Instant judged_until);

  /// All samples of one second, counted from T0.
  void add(const ClosedSecond& second);
  /// Whether `scheduled` lies in an invalid second. Known once its second was added.
  bool invalid_at(Instant scheduled) const;
  /// Whether every second of the window that an interval touches is invalid; false when it touches none.
  bool invalid_throughout(const Interval& interval) const;
  /// Over the seconds that begin before `judged_until`, when all were added.
  Validity summary() const;

 private:
  struct Second {
    bool seen = false;
    bool late = false;
    bool null_bad = false;
  };
  bool invalid(std::size_t index) const;
  std::optional<std::size_t> index_of(Instant at) const;

  Window window_;
  Instant judged_until_;
  std::vector<bool> null_;  ///< by prober: it is a null prober
  /// Every whole second must have a sample: some prober is due more often than once a second.
  bool expects_samples_ = false;
  std::vector<Second> seconds_;
  DurationHistogram lateness_;  ///< of samples due before judged_until_
};

}  // namespace hadrill
