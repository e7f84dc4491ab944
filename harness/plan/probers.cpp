#include <fmt/format.h>

#include <set>

#include "base/duration.hpp"
#include "plan/plan.hpp"

namespace hadrill {
namespace {

Error prober_error(const ProberSpec& spec, const std::string& message) {
  return usage_error(fmt::format("prober {}", spec.name), message);
}

Result<PlannedProber> plan_prober(const ProberSpec& spec, const std::string& name, const Node& node) {
  if (!node.api_port) return prober_error(spec, fmt::format("node {} publishes no API port", node.name));
  return PlannedProber{name, node.name, *node.api_port, spec};
}

Result<std::vector<PlannedProber>> plan_spec(const ProberSpec& spec, const Topology& topology) {
  std::vector<PlannedProber> planned;
  if (spec.through == ProbePath::load_balancer) {
    const Node* const balancer = topology.load_balancer();
    if (balancer == nullptr) {
      return prober_error(spec, fmt::format("cluster {} has no load balancer; allowed there: through: each-api-server",
                                            topology.cluster));
    }
    const auto prober = plan_prober(spec, spec.name, *balancer);
    if (!prober) return prober.error();
    planned.push_back(*prober);
    return planned;
  }
  for (const Node& node : topology.with_role(NodeRole::control_plane)) {
    const auto prober = plan_prober(spec, spec.name + "." + node.name, node);
    if (!prober) return prober.error();
    planned.push_back(*prober);
  }
  if (planned.empty()) return prober_error(spec, fmt::format("cluster {} has no API server", topology.cluster));
  return planned;
}

}  // namespace

Result<std::vector<PlannedProber>> plan_probers(const Scenario& scenario, const Topology& topology) {
  std::vector<PlannedProber> all;
  std::set<std::string> names;
  for (const ProberSpec& spec : scenario.probers) {
    const auto planned = plan_spec(spec, topology);
    if (!planned) return planned.error();
    for (const PlannedProber& prober : *planned) {
      // "a" on node "b" and a prober called "a.b" would share their samples.
      if (!names.insert(prober.name).second) {
        return prober_error(spec, fmt::format("two probers would be called {}; rename one", prober.name));
      }
      all.push_back(prober);
    }
  }
  return all;
}

double planned_rate(const std::vector<PlannedProber>& probers) {
  double rate = 0;
  for (const PlannedProber& prober : probers) rate += 1 / seconds_of(prober.spec.period);
  return rate;
}

}  // namespace hadrill
