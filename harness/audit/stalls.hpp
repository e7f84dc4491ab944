// Owns the check that an open stream goes on: what its server proved to know it has to tell in time.
#pragma once

#include <vector>

#include "audit/facts.hpp"

namespace hadrill::audit {

/// watch_stall: for one watcher, whose `records` are in order. Proof that a server knows a version is an answer of it
/// on the same way: to the same endpoint, and through a load balancer from the same server by name. So a server that
/// hangs, or a way that is cut, proves nothing and is no stall: that is an outage, and probers measure it. Returns the
/// longest time that a stream kept silent after such a proof; at most one finding for each stream.
Duration check_stalls(const Facts& facts, std::uint16_t vantage, const std::vector<const WatchRecord*>& records,
                      Duration limit, FindingList& findings);

}  // namespace hadrill::audit
