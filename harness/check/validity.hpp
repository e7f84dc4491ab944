// Owns the doubt about the instrument itself: which seconds of a run the harness was too late to measure.
#pragma once

#include <vector>

#include "check/timeline.hpp"

namespace hadrill {

/// The window in seconds from T0, and which of them do not count.
class LatenessWindows {
 public:
  static constexpr Duration kLength = std::chrono::seconds(1);
  static constexpr Duration kLatest = std::chrono::milliseconds(50);  ///< sent - scheduled that is still punctual
  static constexpr double kAllowedShare = 0.05;                       ///< of invalid windows

  LatenessWindows(const SampleLog& log, const Window& window);

  /// Whether `scheduled` lies in an invalid window.
  bool invalid_at(Instant scheduled) const;
  /// Over the windows that begin before `end`.
  Validity summary(Instant end) const;

 private:
  struct Second {
    bool seen = false;
    bool late = false;
  };
  struct Lateness {
    Instant scheduled;
    Duration late{};
  };
  bool invalid(std::size_t index) const;
  std::optional<std::size_t> index_of(Instant at) const;

  Window window_;
  /// Every whole second must have a sample: some prober is due more often than once a second.
  bool expects_samples_ = false;
  std::vector<Second> seconds_;
  std::vector<Lateness> lateness_;
};

}  // namespace hadrill
