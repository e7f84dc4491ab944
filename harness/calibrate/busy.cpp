#include "calibrate/busy.hpp"

#include <algorithm>

namespace hadrill::calibrate {

Busy::Busy(Duration longest) {
  constexpr unsigned kPerCore = 2;
  const Instant until = MonotonicClock().now() + longest;
  const auto compute = [until](const std::stop_token& stop) {
    volatile unsigned work = 1;
    while (!stop.stop_requested() && MonotonicClock().now() < until) {
      for (int i = 0; i < 10'000; ++i) work = work * 1664525U + 1013904223U;
    }
  };
  const unsigned count = kPerCore * std::max(1U, std::thread::hardware_concurrency());
  for (unsigned i = 0; i < count; ++i) threads_.emplace_back(compute);
}

}  // namespace hadrill::calibrate
