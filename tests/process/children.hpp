// Looks at processes that a test started, and at theirs.
#pragma once

#include <fstream>
#include <string>

#include "base/clock.hpp"
#include "base/interrupt.hpp"

namespace hadrill::test {

/// Whether `pid` still runs: an orphan nobody reaped (state Z) does not.
inline bool running(const std::string& pid) {
  std::ifstream stat("/proc/" + pid + "/stat");
  std::string number;
  std::string name;
  std::string state;
  return static_cast<bool>(stat >> number >> name >> state) && state != "Z";
}

/// Whether `pid` ends within `patience`: a signal that was sent still has to be acted on.
inline bool ends(const std::string& pid, Duration patience) {
  MonotonicClock clock;
  const Instant give_up = clock.now() + patience;
  while (running(pid) && clock.wait_until(clock.now() + std::chrono::milliseconds(1), Interrupt::never()) &&
         clock.now() < give_up) {
  }
  return !running(pid);
}

}  // namespace hadrill::test
