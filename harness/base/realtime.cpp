#include "base/realtime.hpp"

#include <sched.h>

namespace hadrill {

bool raise_thread_priority() {
  const sched_param lowest{sched_get_priority_min(SCHED_RR)};
  return sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &lowest) == 0;  // of this thread only
}

}  // namespace hadrill
