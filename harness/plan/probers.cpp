#include <fmt/format.h>

#include <set>

#include "base/duration.hpp"
#include "plan/plan.hpp"

namespace hadrill {
namespace {

Error prober_error(const ProberSpec& spec, const std::string& message) {
  return usage_error(fmt::format("prober {}", spec.name), message);
}

using Planned = Result<std::vector<PlannedProber>>;

/// Of etcd's listener for metrics and health, which kubeadm puts on the node's loopback address without TLS: /health
/// there is answered by a quorum read, and no credential has to leave the node.
constexpr const char* kEtcdHealthAddress = "127.0.0.1";
constexpr std::uint16_t kEtcdHealthPort = 2381;

Result<PlannedProber> through_published_port(const ProberSpec& spec, const std::string& name, const Node& node) {
  const auto base = node.api_base();
  if (!base) return prober_error(spec, fmt::format("node {} publishes no API port", node.name));
  return PlannedProber{name, node.name, *base, spec};
}

PlannedProber from_inside(const ProberSpec& spec, const std::string& name, const std::string& endpoint,
                          const char* scheme, const InsideRoute& route) {
  return {name, endpoint, fmt::format("{}://{}:{}", scheme, route.address, route.port), spec, route};
}

Planned through_load_balancer(const ProberSpec& spec, const Topology& topology) {
  const Node* const balancer = topology.load_balancer();
  if (balancer == nullptr) {
    return prober_error(spec, fmt::format("cluster {} has no load balancer; allowed there: through: each-api-server",
                                          topology.cluster));
  }
  const auto prober = through_published_port(spec, spec.name, *balancer);
  if (!prober) return prober.error();
  return std::vector<PlannedProber>{*prober};
}

Planned each_api_server(const ProberSpec& spec, const Topology& topology) {
  std::vector<PlannedProber> planned;
  for (const Node& node : topology.with_role(NodeRole::control_plane)) {
    const auto prober = through_published_port(spec, spec.name + "." + node.name, node);
    if (!prober) return prober.error();
    planned.push_back(*prober);
  }
  if (planned.empty()) return prober_error(spec, fmt::format("cluster {} has no API server", topology.cluster));
  return planned;
}

Planned each_etcd_member(const ProberSpec& spec, const Topology& topology) {
  std::vector<PlannedProber> planned;
  for (const Node& node : topology.etcd_nodes()) {
    planned.push_back(from_inside(spec, spec.name + "." + node.name, node.name, "http",
                                  {node.name, kEtcdHealthAddress, kEtcdHealthPort, false}));
  }
  if (planned.empty()) return prober_error(spec, fmt::format("cluster {} has no etcd member", topology.cluster));
  return planned;
}

/// From hadrill's pod, which runs on the first worker (on the first control plane where there is none).
Planned from_pod(const ProberSpec& spec, const Topology& topology, const char* scheme, const char* name,
                 const std::optional<ServiceAddress>& service) {
  const Node* const node = topology.pod_node();
  if (node == nullptr || !service)
    return prober_error(spec, fmt::format("cluster {} has no Service {}", topology.cluster, name));
  return std::vector<PlannedProber>{
      from_inside(spec, spec.name, name, scheme, {node->name, service->address, service->port, true})};
}

/// The Service of a prober, with its NodePort.
Result<ServiceAddress> with_node_port(const ProberSpec& spec, const Topology& topology) {
  const auto found = topology.services.find(spec.service->key());
  const std::string name = spec.service->name + "." + spec.service->namespace_;
  if (found == topology.services.end())
    return prober_error(spec, fmt::format("cluster {} has no Service {}", topology.cluster, name));
  if (found->second.node_port == 0) return prober_error(spec, fmt::format("Service {} has no NodePort", name));
  return found->second;
}

Result<PlannedProber> at_node_port(const ProberSpec& spec, const std::string& name, const Node& node,
                                   std::uint16_t port) {
  const auto published = node.node_ports.find(port);
  if (published == node.node_ports.end()) {
    return prober_error(
        spec,
        fmt::format("NodePort {} of {} is not published on 127.0.0.1: the topology has to do that", port, node.name));
  }
  return PlannedProber{name, node.name, fmt::format("http://127.0.0.1:{}", published->second), spec};
}

Planned through_node_load_balancer(const ProberSpec& spec, const Topology& topology) {
  const auto service = with_node_port(spec, topology);
  if (!service) return service.error();
  const Node* const balancer = topology.node_load_balancer();
  if (balancer == nullptr) {
    return prober_error(spec, fmt::format("cluster {} has no load balancer in front of its workers; allowed there: "
                                          "through: each-node-port",
                                          topology.cluster));
  }
  const auto prober = at_node_port(spec, spec.name, *balancer, service->node_port);
  if (!prober) return prober.error();
  return std::vector<PlannedProber>{*prober};
}

Planned each_node_port(const ProberSpec& spec, const Topology& topology) {
  const auto service = with_node_port(spec, topology);
  if (!service) return service.error();
  std::vector<PlannedProber> planned;
  for (const Node& node : topology.with_role(NodeRole::worker)) {
    const auto prober = at_node_port(spec, spec.name + "." + node.name, node, service->node_port);
    if (!prober) return prober.error();
    planned.push_back(*prober);
  }
  if (planned.empty()) return prober_error(spec, fmt::format("cluster {} has no worker", topology.cluster));
  return planned;
}

Planned each_pod(const ProberSpec& spec, const Topology& topology) {
  const auto found = topology.services.find(spec.service->key());
  const Node* const from = topology.pod_node();
  const std::string name = spec.service->name + "." + spec.service->namespace_;
  if (found == topology.services.end() || found->second.pods.empty() || from == nullptr)
    return prober_error(spec, fmt::format("cluster {} has no ready pod of a Service {}", topology.cluster, name));
  std::vector<PlannedProber> planned;
  for (const PodAddress& pod : found->second.pods) {
    planned.push_back(
        from_inside(spec, spec.name + "." + pod.pod, pod.node, "http", {from->name, pod.address, pod.port, true}));
  }
  return planned;
}

Planned controllers(const ProberSpec& spec, const Topology& topology) {
  const auto base = topology.front_door();
  if (!base) return prober_error(spec, fmt::format("cluster {} publishes no API port", topology.cluster));
  return std::vector<PlannedProber>{{spec.name, "controllers", *base, spec}};
}

Planned plan_spec(const ProberSpec& spec, const Topology& topology) {
  switch (spec.through) {
    case ProbePath::load_balancer:
      return through_load_balancer(spec, topology);
    case ProbePath::each_api_server:
      return each_api_server(spec, topology);
    case ProbePath::each_etcd_member:
      return each_etcd_member(spec, topology);
    case ProbePath::cluster_ip:
      return from_pod(spec, topology, "https", "kubernetes.default", topology.api_service);
    case ProbePath::service:
      if (spec.service) {
        const auto found = topology.services.find(spec.service->key());
        const std::string name = spec.service->name + "." + spec.service->namespace_;
        return from_pod(spec, topology, "http", name.c_str(),
                        found == topology.services.end() ? std::nullopt : std::optional(found->second));
      }
      return from_pod(spec, topology, "http", "kube-dns.kube-system", topology.dns_metrics_service);
    case ProbePath::node_load_balancer:
      return through_node_load_balancer(spec, topology);
    case ProbePath::each_node_port:
      return each_node_port(spec, topology);
    case ProbePath::each_pod:
      return each_pod(spec, topology);
    case ProbePath::controllers:
      return controllers(spec, topology);
    case ProbePath::local_echo:
      return std::vector<PlannedProber>{{spec.name, "hadrill", "", spec}};
  }
  return prober_error(spec, "unknown path");
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

Result<std::vector<PlannedWatcher>> plan_watchers(const Scenario& scenario, const Topology& topology) {
  std::vector<PlannedWatcher> all;
  for (const WatcherSpec& watcher : scenario.watchers) {
    // It reaches what a prober on the same path reaches.
    ProberSpec spec;
    spec.name = watcher.name;
    spec.through = watcher.through;
    const auto planned = plan_spec(spec, topology);
    if (!planned) return planned.error();
    for (const PlannedProber& one : *planned) all.push_back({one.name, one.endpoint, one.base});
  }
  return all;
}

double planned_rate(const std::vector<PlannedProber>& probers) {
  double rate = 0;
  for (const PlannedProber& prober : probers) rate += 1 / seconds_of(prober.spec.period);
  return rate;
}

}  // namespace hadrill
