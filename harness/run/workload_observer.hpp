// Owns how a run observes the workloads that its probers ask: watches of the nodes, and of the endpoints and pods of
// each namespace that has such a Service, by the API; and looks at what really runs on each worker. Nothing of it can
// make a run fail.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "plan/plan.hpp"
#include "probe/workload_watcher.hpp"
#include "run/lives_watch.hpp"

namespace hadrill {

class WorkloadObserver {
 public:
  /// Asks through the load balancer. Watches nothing when no prober asks a Service of users. `events` is called from
  /// the prober thread and, for what runs, from others; it must outlive this.
  WorkloadObserver(const std::vector<PlannedProber>& probers, const Topology& topology,
                   const std::function<void(const Event&)>& events);

  /// The watchers, for the prober loop.
  std::vector<Companion*> companions();
  /// Begins to look at what runs. The agent has to be on every worker.
  void start();

 private:
  const Topology& topology_;
  const std::function<void(const Event&)>& events_;
  std::vector<std::unique_ptr<WorkloadWatcher>> watchers_;
  std::vector<std::unique_ptr<LivesWatch>> lives_;  ///< by worker
};

}  // namespace hadrill
