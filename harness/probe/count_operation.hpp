// Owns the operation that takes a step of a counter on a volume, as users of a StatefulSet do, and tells of every step
// that was acknowledged: none of them may be lost.
#pragma once

#include <functional>
#include <string>

#include "probe/fixed_operations.hpp"

namespace hadrill {

/// A step that a pod acknowledged.
struct CounterStep {
  std::string step;  ///< its id without the run's prefix: "PROBER.SEQUENCE"
  std::string pod;   ///< by its own word (the header Hadrill-Server)
  std::int64_t value = 0;
  Instant at;
};
/// From the prober thread.
using CounterSink = std::function<void(const CounterStep&)>;

/// What the ids of a run's steps begin with.
std::string counter_prefix(const std::string& run);

/// POST of `path` with an id that no other step has; good is the answer with that id, a value and the name of who
/// answers. `prober`: number among all.
std::unique_ptr<Operation> make_count(const OperationPlace& place, const std::string& path, const std::string& run,
                                      std::uint16_t prober, CounterSink sink);

}  // namespace hadrill
