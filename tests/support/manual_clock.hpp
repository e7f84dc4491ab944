// A clock that moves only when told, or by exactly the time somebody waits.
#pragma once

#include "base/clock.hpp"
#include "base/interrupt.hpp"

namespace hadrill::test {

class ManualClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  bool wait_until(Instant deadline, const Interrupt& interrupt) override {
    if (interrupt.raised()) return false;
    if (deadline > now_) now_ = deadline;
    return true;
  }
  void advance(Duration step) { now_ = now_ + step; }

 private:
  Instant now_{1'000'000'000};
};

}  // namespace hadrill::test
