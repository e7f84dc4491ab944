#include "run/workload_observer.hpp"

#include <set>

namespace hadrill {

WorkloadObserver::WorkloadObserver(const std::vector<PlannedProber>& probers, const Topology& topology,
                                   const std::function<void(const Event&)>& events) {
  std::set<std::string> namespaces;
  for (const PlannedProber& prober : probers) {
    if (prober.spec.service) namespaces.insert(prober.spec.service->namespace_);
  }
  const auto base = topology.front_door();
  if (namespaces.empty() || !base) return;
  const auto watch = [&](WorkloadKind kind, const std::string& name_space) {
    watchers_.push_back(std::make_unique<WorkloadWatcher>(*base, kind, name_space, events));
  };
  watch(WorkloadKind::node, "");
  for (const std::string& name_space : namespaces) {
    watch(WorkloadKind::endpoint, name_space);
    watch(WorkloadKind::pod, name_space);
  }
}

std::vector<Companion*> WorkloadObserver::companions() {
  std::vector<Companion*> companions;
  for (const auto& watcher : watchers_) companions.push_back(watcher.get());
  return companions;
}

}  // namespace hadrill
