// Owns the stretches in which availability is not owed: while a fault has on purpose taken away more members than the
// rest can do without.
#pragma once

#include "check/timeline.hpp"

namespace hadrill {

/// From T0 of the target whose loss broke the quorum (lower) to the first proof that there can be a quorum again:
/// enough targets repaired (instance.repaired) or healed (heal.proven), or a redundancy check that finds every API
/// server ready. Within the window, in order; what overlaps is one. Only for faults whose event says that the quorum is
/// not kept, that are proven on enough targets, and whose role the API cannot do without (not controller managers and
/// schedulers).
std::vector<NotOwed> find_not_owed(const EventLog& events, const Window& window);

/// The same as a set; kDistantFuture where there is no known end.
IntervalSet intervals_of(const std::vector<NotOwed>& stretches);

}  // namespace hadrill
