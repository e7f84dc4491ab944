#include "check/node_budget.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "check/node_loss.hpp"
#include "check/ready_endpoints.hpp"
#include "check/timeline.hpp"

namespace hadrill {
namespace {

using bounds::Loss;

constexpr int kApiPort = 6443;

/// Words only: which nodes a name means, a stored run does not tell.
bool cut_from(const Hit& hit, const char* peer) { return peers_of(*hit.step).count(peer) > 0; }

/// Whether a cut concerns connections to that port; 0: to any.
bool cuts_port(const Hit& hit, int port) {
  const Json& ports = json_array(hit.step->parameters, "/ports");
  return ports.empty() || std::any_of(ports.begin(), ports.end(), [port](const Json& one) { return one == port; });
}

/// Kubelets ask the API through its load balancer.
bool cuts_api(const Hit& hit) {
  return hit.role == "worker" && hit.step->fault == "network.partition" && cuts_port(hit, kApiPort) &&
         (cut_from(hit, "all") || cut_from(hit, "load-balancer"));
}

bool cuts_everybody(const Hit& hit) {
  return hit.role == "worker" && hit.step->fault == "network.partition" && cuts_port(hit, 0) && cut_from(hit, "all");
}

/// Whether users reach the pods of its targets as before, and only the API is kept from them.
bool leaves_users(const Hit& hit) {
  if (hit.step->fault != "network.partition") return true;
  const Json& ports = json_array(hit.step->parameters, "/ports");
  const auto peers = peers_of(*hit.step);
  const auto is_api = [](const Json& port) { return port == kApiPort; };
  const auto in_control_plane = [](const std::string& peer) {
    return peer == "control-planes" || peer == "load-balancer";
  };
  return (!ports.empty() && std::all_of(ports.begin(), ports.end(), is_api)) ||
         std::all_of(peers.begin(), peers.end(), in_control_plane);
}

/// Whether the load balancer in front of the workers, and nobody else, does not reach it.
bool cuts_balancer_of_nodes(const Hit& hit) {
  return hit.role == "worker" && hit.step->fault == "network.partition" &&
         json_array(hit.step->parameters, "/ports").empty() &&
         peers_of(*hit.step) == std::set<std::string>{"node-load-balancer"};
}

bool kills_worker(const Hit& hit) { return hit.role == "worker" && hit.step->fault == "node.kill"; }
bool pauses_worker(const Hit& hit) { return hit.role == "worker" && hit.step->fault == "node.pause"; }

/// Which may have been that of the leading controller manager.
bool kills_control_plane(const Hit& hit) { return hit.role == "control-plane" && hit.step->fault == "node.kill"; }

/// Whether nobody renews the Leases of the nodes any more.
bool takes_nodes(const Hit& hit) {
  const bool kubelet = hit.role == "kubelet" && hit.step->fault == "kubelet.stop";
  return kills_worker(hit) || kills_control_plane(hit) || pauses_worker(hit) || kubelet || cuts_api(hit);
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

/// Whether the controller manager's leader dies beside one fault of workers.
bool manager_dies_too(const std::vector<Hit>& hits) {
  return hits.size() == 2 && std::any_of(hits.begin(), hits.end(), kills_worker) &&
         std::any_of(hits.begin(), hits.end(), kills_manager);
}

Error no_bounds_together() {
  return refused(
      "several faults: only node.kill of workers, and that of one beside process.kill of the leading controller "
      "manager, have bounds together");
}

/// How many nodes they take. Error: not all of them are faults that have bounds together.
Result<std::size_t> nodes_taken(const std::vector<Hit>& hits, const std::string& sli) {
  if (hits.size() == 1 && !takes_nodes(hits.front())) return no_loss(hits.front(), sli);
  const bool together = manager_dies_too(hits) || std::all_of(hits.begin(), hits.end(), kills_worker);
  if (hits.size() > 1 && !together) return no_bounds_together();
  std::set<std::string> nodes;
  for (const Hit& hit : hits) {
    if (takes_nodes(hit)) nodes.insert(hit.targets.begin(), hit.targets.end());
  }
  return nodes.size();
}

}  // namespace

Result<Loss> node_loss_of(const SliRef& sli, const RunContext& run) {
  const auto hits = read_hits(run);
  if (!hits.ok()) return hits.error();
  const auto nodes = nodes_taken(*hits, sli.text);
  if (!nodes.ok()) return nodes.error();
  Loss loss;
  loss.manager = manager_dies_too(*hits) || std::any_of(hits->begin(), hits->end(), kills_control_plane);
  loss.nodes = *nodes;
  loss.spread = spread_of(run.events);
  const Timeline timeline = read_timeline(run);
  if (sli.kind != SliRef::Kind::pods_replaced || !timeline.t0_lower) return loss;
  const Window window{*timeline.t0_lower, *timeline.t0_upper, timeline.window_end.value_or(kDistantFuture)};
  const auto toleration = toleration_of_pods(run.events, window);
  if (!toleration.ok()) return refused(toleration.error().message);
  loss.toleration = *toleration;
  return loss;
}

std::optional<Loss> runtime_loss_of(const RunContext& run) {
  const auto hits = read_hits(run);
  if (!hits.ok() || hits->size() != 1) return std::nullopt;
  const Hit& hit = hits->front();
  if (hit.role != "containerd" || hit.step->fault != "containerd.stop") return std::nullopt;
  Loss loss;
  loss.nodes = hit.targets.size();
  loss.spread = spread_of(run.events);
  return loss;
}

std::optional<Hit> workers_killed(const std::vector<Hit>& hits) {
  if (!manager_dies_too(hits) && !std::all_of(hits.begin(), hits.end(), kills_worker)) return std::nullopt;
  std::optional<Hit> all;
  for (const Hit& hit : hits) {
    if (!kills_worker(hit)) continue;
    if (!all) all = Hit{hit.step, {}, {}, hit.role, false, hit.ending, hit.held};
    all->targets.insert(all->targets.end(), hit.targets.begin(), hit.targets.end());
  }
  return all;
}

Result<bounds::Failover> failover_of_users(const Hit& hit, ProbePath through, const std::string& sli) {
  const bool balanced = through == ProbePath::node_load_balancer;
  if (hit.role == "node-load-balancer")
    return balanced ? refused("how long the load balancer itself is away is up to the scenario, and no flag")
                    : no_bounds(hit, sli);
  if (balanced && hit.targets.size() != 1)
    return refused(
        "several workers at once: how often nginx meets another lost one before it is served is not bounded");
  if (cuts_balancer_of_nodes(hit))
    return balanced ? Result<bounds::Failover>(bounds::Failover::worker_unreached_behind_lb)
                    : refused(fmt::format("after {} only who asks through that load balancer is hurt", to_string(hit)));
  if (kills_worker(hit) || cuts_everybody(hit))
    return balanced ? bounds::Failover::worker_behind_lb : bounds::Failover::worker_cluster_ip;
  if (pauses_worker(hit) && balanced)
    return refused(
        "nginx has no active checks, and a node that hangs still accepts connections by rules that nobody renews: "
        "nothing bounds that");
  if (pauses_worker(hit)) return bounds::Failover::worker_cluster_ip;
  if (takes_nodes(hit) && leaves_users(hit))
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
