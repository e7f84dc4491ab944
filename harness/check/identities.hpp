// Owns the oracle of identities: a pod of a StatefulSet has a name that no two running pods may have at a time,
// whatever became of nodes and networks. By the kernels' word on what ran, not by that of API, kubelet or container
// runtime.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "check/timeline.hpp"
#include "check/verdict.hpp"
#include "history/event_log.hpp"

namespace hadrill {

/// One run of a pod of a StatefulSet on a node.
struct PodLife {
  std::string identity;  ///< "NAMESPACE/POD"
  std::string uid;
  std::string node;
  Instant started;                             ///< the kernel counts in ticks: up to kStartTick later
  Instant alive;                               ///< it was seen then
  std::optional<Instant> gone = std::nullopt;  ///< it was seen to be gone then, or its node was dead; nullopt: unknown
};

/// Every life that the events tell, in the order of identities and starts. A node that was killed or rebooted ends
/// every life that had begun there, at the latest at the upper end of that fault's T0.
std::vector<PodLife> pod_lives(const EventLog& events);

/// Finding `identities`. fail: two lives of one identity were proven to overlap, with both. inconclusive: two may have;
/// nothing of a life was seen; a worker was not looked at for a while, and no fault tells that nothing ran there.
/// nullopt: no identity was watched.
std::optional<Finding> judge_identities(const EventLog& events, const std::optional<Window>& window);

}  // namespace hadrill
