// Owns T5: when every spare was back.
#pragma once

#include "check/timeline.hpp"

namespace hadrill {

struct Redundancy {
  Bounds restored;                      ///< T5 - T0; no upper bound: not seen to be back
  bool looked = false;                  ///< there was a check after T0
  bool lost = false;                    ///< some check after T0 failed
  std::optional<Instant> back;          ///< end of the check that showed it
  std::vector<std::string> conditions;  ///< that failed after T0, each once, in order of appearance
};

/// A check proves what it saw only for some instant between its start and its end. So redundancy came back after the
/// start of the last failing check and before the end of the first good one after it. A check that was under way at T0
/// counts when it fails but does not prove recovery.
Redundancy redundancy_restored(const EventLog& events, const Window& window);

}  // namespace hadrill
