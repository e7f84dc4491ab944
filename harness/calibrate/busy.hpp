// Owns a machine that is busy on purpose.
#pragma once

#include <thread>
#include <vector>

#include "base/clock.hpp"

namespace hadrill::calibrate {

/// Two threads per core that do nothing but compute, until destroyed or for `longest`.
class Busy {
 public:
  explicit Busy(Duration longest);

 private:
  std::vector<std::jthread> threads_;  ///< a jthread asks its thread to stop and waits for it
};

}  // namespace hadrill::calibrate
