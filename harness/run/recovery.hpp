// Owns when a cluster counts as recovered while it is observed: not at the first look that finds every spare back.
#pragma once

#include "base/clock.hpp"

namespace hadrill {

/// Fed with one look after the other. What a pod's status says may be old: a kubelet that lost its API server tells of
/// its pods again up to 10 s after that is back, and until then a container that died is called ready. Source:
/// pkg/kubelet/status/status_manager.go, syncPeriod. When redundancy was restored (T5) is still the first look of those
/// that held.
class Recovery {
 public:
  static constexpr Duration kHold = std::chrono::seconds(11);

  /// A look that began at `start`, and whether every condition held.
  void see(Instant start, bool holds) {
    if (!holds_) since_ = start;
    holds_ = holds;
    last_ = start;
  }

  /// Every condition held at the last look.
  bool holds() const { return holds_; }
  /// And at every look for kHold before it.
  bool proven() const { return holds_ && last_ - since_ >= kHold; }

 private:
  bool holds_ = false;
  Instant since_;  ///< the first of the looks that held without one that did not since
  Instant last_;
};

}  // namespace hadrill
