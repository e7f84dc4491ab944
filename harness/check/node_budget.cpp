#include "check/node_budget.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "check/node_loss.hpp"
#include "check/ready_endpoints.hpp"
#include "check/timeline.hpp"

namespace hadrill {
namespace {

using bounds::Loss;

constexpr int kApiPort = 6443;

/// "" for a list of nodes.
std::string peers_of(const Hit& hit) {
  return hit.step->parameters.contains("peers") ? json_text(hit.step->parameters, "/peers") : "all";
}

/// Whether a cut concerns connections to that port; 0: to any.
bool cuts_port(const Hit& hit, int port) {
  const Json& ports = json_array(hit.step->parameters, "/ports");
  return ports.empty() || std::any_of(ports.begin(), ports.end(), [port](const Json& one) { return one == port; });
}

/// Kubelets ask the API through its load balancer.
bool cuts_api(const Hit& hit) {
  const std::string peers = peers_of(hit);
  return hit.role == "worker" && hit.step->fault == "network.partition" && cuts_port(hit, kApiPort) &&
         (peers == "all" || peers == "load-balancer");
}

bool cuts_everybody(const Hit& hit) {
  return hit.role == "worker" && hit.step->fault == "network.partition" && cuts_port(hit, 0) && peers_of(hit) == "all";
}

bool kills_worker(const Hit& hit) { return hit.role == "worker" && hit.step->fault == "node.kill"; }
bool pauses_worker(const Hit& hit) { return hit.role == "worker" && hit.step->fault == "node.pause"; }

/// Whether nobody renews the Leases of the nodes any more.
bool takes_nodes(const Hit& hit) {
  const bool kubelet = hit.role == "kubelet" && hit.step->fault == "kubelet.stop";
  return kills_worker(hit) || pauses_worker(hit) || kubelet || cuts_api(hit);
}

bool kills_manager(const Hit& hit) {
  return hit.step->fault == "process.kill" && hit.role == "controller-manager" && hit.leads &&
         hit.ending == Ending::crash && hit.targets.size() == 1;
}

Error no_loss(const Hit& hit, const std::string& sli) {
  if (hit.step->fault == "node.reboot")
    return refused(fmt::format("after {} the node may be back before anybody misses it", to_string(hit)));
  return no_bounds(hit, sli);
}

/// The fault that takes nodes; `manager`: whether the controller manager's leader dies beside them.
Result<const Hit*> find_loss(const std::vector<Hit>& hits, const std::string& sli, bool& manager) {
  const auto taking = std::find_if(hits.begin(), hits.end(), takes_nodes);
  if (hits.size() == 1) return taking == hits.end() ? Result<const Hit*>(no_loss(hits.front(), sli)) : &*taking;
  manager = hits.size() == 2 && taking != hits.end() && kills_worker(*taking) &&
            std::any_of(hits.begin(), hits.end(), kills_manager);
  if (manager) return &*taking;
  return refused(
      "several faults: only a worker's node.kill and process.kill of the leading controller manager have bounds "
      "together");
}

}  // namespace

Result<Loss> node_loss_of(const SliRef& sli, const RunContext& run) {
  const auto hits = read_hits(run);
  if (!hits.ok()) return hits.error();
  Loss loss;
  const auto taking = find_loss(*hits, sli.text, loss.manager);
  if (!taking.ok()) return taking.error();
  loss.nodes = (*taking)->targets.size();
  loss.spread = spread_of(run.events);
  const Timeline timeline = read_timeline(run);
  if (sli.kind != SliRef::Kind::pods_replaced || !timeline.t0_lower) return loss;
  const Window window{*timeline.t0_lower, *timeline.t0_upper, timeline.window_end.value_or(kDistantFuture)};
  const auto toleration = toleration_of_pods(run.events, window);
  if (!toleration.ok()) return refused(toleration.error().message);
  loss.toleration = *toleration;
  return loss;
}

Result<bounds::Failover> failover_of_users(const Hit& hit, ProbePath through, const std::string& sli) {
  const bool balanced = through == ProbePath::node_load_balancer;
  if (hit.role == "node-load-balancer")
    return balanced ? refused("how long the load balancer itself is away is up to the scenario, and no flag")
                    : no_bounds(hit, sli);
  if (kills_worker(hit) || cuts_everybody(hit))
    return balanced ? bounds::Failover::worker_behind_lb : bounds::Failover::worker_cluster_ip;
  if (pauses_worker(hit) && balanced)
    return refused(
        "nginx has no active checks, and a node that hangs still accepts connections by rules that nobody renews: "
        "nothing bounds that");
  if (pauses_worker(hit)) return bounds::Failover::worker_cluster_ip;
  if (takes_nodes(hit))
    return refused(fmt::format("after {} the pods serve on: no flag says that anybody is hurt", to_string(hit)));
  return no_loss(hit, sli);
}

Status others_left(const Hit& hit, const ServiceRef& service, const RunContext& run) {
  const Timeline timeline = read_timeline(run);
  if (!timeline.t0_lower) return Ok{};
  const auto serving = ready_endpoints(run.events, service, *timeline.t0_lower);
  const auto lost = [&hit](const auto& endpoint) {
    return std::find(hit.targets.begin(), hit.targets.end(), endpoint.second) != hit.targets.end();
  };
  if (serving.empty() || !std::all_of(serving.begin(), serving.end(), lost)) return Ok{};
  return refused(
      fmt::format("all pods of {}/{} were on what was hit: nobody is left to serve", service.namespace_, service.name));
}

}  // namespace hadrill
