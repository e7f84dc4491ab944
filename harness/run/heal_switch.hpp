// Owns the wish of somebody who watches to have every fault undone now, and the rest of the run observed.
#pragma once

#include <atomic>

namespace hadrill {

class HealSwitch {
 public:
  /// From any thread.
  void ask() noexcept { asked_.store(true, std::memory_order_release); }
  /// Whether somebody asked since the last call.
  bool take() noexcept { return asked_.exchange(false, std::memory_order_acq_rel); }

 private:
  std::atomic<bool> asked_{false};
};

}  // namespace hadrill
