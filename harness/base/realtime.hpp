// Owns the priority of threads that must not be late.
#pragma once

namespace hadrill {

/// Puts the calling thread before every ordinary one and behind everything else that is real-time (lowest SCHED_RR), so
/// that a busy machine does not make it late. What is started from it has ordinary priority again. False without
/// CAP_SYS_NICE: nothing has changed then.
bool raise_thread_priority();

}  // namespace hadrill
