#include "plan/remains.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hadrill {

std::vector<ServicePods> services_asked(const Scenario& scenario, const Topology& topology) {
  std::vector<ServicePods> all;
  for (const ProberSpec& prober : scenario.probers) {
    if (!prober.service) continue;
    const ServiceRef& asked = *prober.service;
    const auto known = [&asked](const ServicePods& one) {
      return one.namespace_ == asked.namespace_ && one.name == asked.name;
    };
    const auto found = topology.services.find(asked.key());
    if (found == topology.services.end() || std::any_of(all.begin(), all.end(), known)) continue;
    all.push_back({asked.namespace_, asked.name, found->second.pods});
  }
  return all;
}

bool takes_node(const std::vector<Loss>& losses, const std::string& node) {
  return std::any_of(losses.begin(), losses.end(), [&node](const Loss& loss) {
    return loss.node == node && (loss.role == TargetRole::worker || loss.role == TargetRole::control_plane);
  });
}

bool takes_pod(const std::vector<Loss>& losses, const std::vector<ResolvedTarget>& targets,
               const std::string& name_space, const PodAddress& pod) {
  if (takes_node(losses, pod.node)) return true;
  const bool pods_there = std::any_of(losses.begin(), losses.end(), [&pod](const Loss& loss) {
    return loss.node == pod.node && loss.role == TargetRole::pod;
  });
  return pods_there && std::any_of(targets.begin(), targets.end(), [&](const ResolvedTarget& target) {
           if (target.node.name != pod.node) return false;
           return !target.pod || (target.pod->name == pod.pod && target.pod->namespace_ == name_space);
         });
}

std::string Remains::text() const { return fmt::format("{}: {} of {} remain", what, remaining, members); }

std::vector<Remains> remains_of(const std::vector<Loss>& losses, const std::vector<ResolvedTarget>& targets,
                                const Topology& topology, const std::vector<ServicePods>& services) {
  std::vector<Remains> all;
  Remains workers{"workers", 0, 0};
  for (const Node& node : topology.with_role(NodeRole::worker)) {
    ++workers.members;
    if (!takes_node(losses, node.name)) ++workers.remaining;
  }
  all.push_back(workers);
  for (const ServicePods& service : services) {
    Remains pods{fmt::format("ready pods of {}.{}", service.name, service.namespace_), 0, 0};
    for (const PodAddress& pod : service.pods) {
      ++pods.members;
      if (!takes_pod(losses, targets, service.namespace_, pod)) ++pods.remaining;
    }
    all.push_back(pods);
  }
  std::erase_if(all, [](const Remains& one) { return one.remaining == one.members; });
  return all;
}

}  // namespace hadrill
