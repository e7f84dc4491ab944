#include "run/workload_observer.hpp"

#include <set>

#include "tunnel/tunnels.hpp"

namespace hadrill {

WorkloadObserver::WorkloadObserver(const std::vector<PlannedProber>& probers, const Topology& topology,
                                   const std::function<void(const Event&)>& events)
    : topology_(topology), events_(events) {
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

void WorkloadObserver::start() {
  if (watchers_.empty()) return;
  for (const Node& node : topology_.with_role(NodeRole::worker))
    lives_.push_back(std::make_unique<LivesWatch>(node.name, tunnel::agent_command(node.name, "lives"), events_));
}

std::vector<Companion*> WorkloadObserver::companions() {
  std::vector<Companion*> companions;
  for (const auto& watcher : watchers_) companions.push_back(watcher.get());
  return companions;
}

}  // namespace hadrill
