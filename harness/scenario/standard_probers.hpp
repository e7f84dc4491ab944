// Owns the probers of a scenario that lists none, and what a listed one of the same name leaves out.
#pragma once

#include <vector>

#include "scenario/scenario.hpp"

namespace hadrill {

/// About 100 requests/s together on a cluster of three control planes. Chosen in pairs that tell causes apart
/// (docs/sli-reference.md, "Attribution"): quorum and cached read, through the load balancer and direct, API server and
/// its etcd member, outside and inside the cluster, and the harness itself.
const std::vector<ProberSpec>& standard_probers();
const std::vector<WatcherSpec>& standard_watchers();

}  // namespace hadrill
