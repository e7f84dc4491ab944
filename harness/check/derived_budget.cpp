#include "check/derived_budget.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "check/hit.hpp"
#include "check/node_budget.hpp"
#include "check/node_loss.hpp"
#include "check/pod_budget.hpp"
#include "scenario/sli_definitions.hpp"

namespace hadrill {
namespace {

using bounds::Bound;
using bounds::Failover;

/// Who measures the SLI.
struct Users {
  ProbePath through = ProbePath::load_balancer;
  ServiceRef service;  ///< for probers of one
  bool any_reused = false;
  Duration deadline{};  ///< the longest
  Duration gap{};       ///< the longest between two samples
};

/// Slots are at most 1.25 periods apart (docs/sli-reference.md, "Outages").
constexpr int kLongestGapQuarters = 5;

/// The one fault of a run at its one target. For who asks a Service it may be several: pods, as who serves in their
/// place is asked for, and workers that die together.
Result<Hit> read_only_hit(const RunContext& run, bool of_service) {
  const auto hits = read_hits(run);
  if (!hits.ok()) return hits.error();
  if (of_service) {
    if (auto killed = workers_killed(*hits)) return std::move(*killed);
  }
  if (hits->size() > 1) return refused("several faults: which one's failover is meant is not known");
  if (hits->front().role != "pod" && hits->front().targets.size() != 1)
    return refused("several targets at once: bounds are those of a single fault");
  return hits->front();
}

Result<Users> read_users(const Slo& slo, const Scenario& scenario) {
  std::optional<Users> users;
  for (const ProberSpec& prober : scenario.probers) {
    const bool meant =
        slo.sli.prober == "api" ? prober.through == ProbePath::load_balancer : prober.name == slo.sli.prober;
    if (!meant) continue;
    if (!users) users = Users{prober.through, prober.service.value_or(ServiceRef{}), false, {}, {}};
    users->any_reused = users->any_reused || prober.connection == ConnectionClass::reused;
    users->deadline = std::max(users->deadline, prober.deadline);
    users->gap = std::max(users->gap, prober.period * kLongestGapQuarters / 4);
  }
  if (!users) return refused("no prober " + slo.sli.prober);
  return *users;
}

/// A connection that stands on what hangs or is not reached stays there: no flag ends it.
Error unbounded_connections(const Hit& hit) {
  return refused(
      fmt::format("connections that are reused stay where they are after {}: no flag bounds them; use a prober "
                  "with connection: new",
                  to_string(hit)));
}

Result<Failover> behind_load_balancer(const Hit& hit, const Users& users, const std::string& sli) {
  const bool hangs = hit.ending == Ending::hang;
  if (hit.step->fault == "etcd.move-leader") return Failover::etcd_transfer;
  if (hit.role == "etcd" && !hangs) {
    // A held member keeps its API server from serving for longer than any flag says.
    if (hit.held && users.any_reused) return unbounded_connections(hit);
    if (!hit.leads) return Failover::etcd_member_behind_lb;
    return hit.ending == Ending::stop ? Failover::etcd_leader_stops_behind_lb : Failover::etcd_leader_behind_lb;
  }
  if (hit.role == "apiserver") {
    if (hangs) return users.any_reused ? Result<Failover>(unbounded_connections(hit)) : Failover::api_server_hangs;
    return hit.ending == Ending::stop ? Failover::api_server_stops : Failover::api_server_refuses;
  }
  if (hit.role == "control-plane")
    return users.any_reused ? Result<Failover>(unbounded_connections(hit)) : Failover::control_plane_lost;
  return no_bounds(hit, sli);
}

Result<Failover> of_leaders(const Hit& hit, const std::string& sli) {
  const bool stops = hit.ending == Ending::stop;
  if (!hit.leads) return no_bounds(hit, sli);
  if (hit.role == "controller-manager")
    return stops ? Failover::controller_manager_release : Failover::controller_manager_crash;
  if (hit.role == "scheduler") return stops ? Failover::scheduler_release : Failover::scheduler_crash;
  return no_bounds(hit, sli);
}

bool asks_service(ProbePath through) {
  return through == ProbePath::service || through == ProbePath::node_load_balancer ||
         through == ProbePath::each_node_port;
}

/// Of the API servers that no fault hit: what they all lack is a leader of etcd.
Result<Failover> past_load_balancer(const Hit& hit, const std::string& sli) {
  if (hit.step->fault == "etcd.move-leader") return Failover::etcd_transfer;
  const bool leader = (hit.role == "etcd" && hit.leads) || hit.role == "control-plane";
  if (!leader) return no_bounds(hit, sli);
  return hit.ending == Ending::stop ? Failover::etcd_leader_stops : Failover::etcd_election;
}

Result<Failover> failover_of(const Hit& hit, const Users& users, const std::string& sli) {
  if (asks_service(users.through)) {
    const auto failover = failover_of_users(hit, users.through, sli);
    return failover.ok() && users.any_reused ? Result<Failover>(unbounded_connections(hit)) : failover;
  }
  if (!hit.ending) return no_bounds(hit, sli);
  switch (users.through) {
    case ProbePath::load_balancer:
      return behind_load_balancer(hit, users, sli);
    case ProbePath::controllers:
      return of_leaders(hit, sli);
    case ProbePath::each_api_server:
      return past_load_balancer(hit, sli);
    case ProbePath::cluster_ip:
      if (hit.role == "apiserver" && hit.ending != Ending::hang) return Failover::api_server_cluster_ip;
      return no_bounds(hit, sli);
    default:
      return no_bounds(hit, sli);
  }
}

/// T5 is bounded only where nothing but a start has to happen. What is told to stop serves its requests to their end
/// first: an API server drains for its delay and the longest request on top, etcd waits for its clients.
Result<Failover> restored(const Hit& hit, const std::string& sli) {
  const bool starts_again = hit.step->fault == "process.kill" && !hit.held;
  const bool known = hit.role == "apiserver" || hit.role == "etcd";
  if (!starts_again || !known) return no_bounds(hit, sli);
  if (hit.ending == Ending::stop)
    return refused(
        fmt::format("no bounds are known for {} after {} that is told to stop: how long it takes to end is "
                    "up to the requests that it serves",
                    sli, to_string(hit)));
  return hit.role == "etcd" ? Failover::etcd_restored : Failover::api_server_restored;
}

/// Until another instance of `component` leads. A whole control plane takes its leader with it, if it had one.
Result<Failover> takeover_of(const Hit& hit, const std::string& component, const std::string& sli) {
  const bool whole_node = hit.role == "control-plane" && hit.ending != Ending::stop;
  if (!whole_node && (hit.role != component || !hit.leads)) return no_bounds(hit, sli);
  const bool stops = hit.ending == Ending::stop;
  if (component == "etcd" && hit.step->fault == "etcd.move-leader") return Failover::etcd_transfer;
  if (component == "etcd") return stops ? Failover::etcd_leader_stops : Failover::etcd_election;
  if (component == "scheduler") return stops ? Failover::scheduler_release : Failover::scheduler_crash;
  return stops ? Failover::controller_manager_release : Failover::controller_manager_crash;
}

/// Lets the failover come later by an allowance of ours, `time`, which the formula calls `symbol`.
void allow(Bound& bound, const char* symbol, const char* name, Duration time, const char* source) {
  bound.upper += time;
  bound.upper_formula += fmt::format(" + {}", symbol);
  bound.inputs.push_back({symbol, name, format_duration(time), bounds::Origin::allowance, source});
}

void allow_informers(Bound& bound) {
  allow(bound, "y", "informers of the new leader", bounds::kInformerSync, "default budgets");
}

/// The same until the new leader is seen to work: it has to fill its informers first, or the API servers have to
/// connect to another member of etcd; where the leader hands over, the failover itself has that in it.
void adapt_to_work(const std::string& component, Bound& bound) {
  if (component != "etcd") return allow_informers(bound);
  if (bound.failover == Failover::etcd_election)
    allow(bound, "c", "API servers connect to another member", bounds::kReconnect, "default budgets");
}

/// From a failover to how long a prober finds nobody. A request that is sent up to its deadline before the end is still
/// served; and what is not longer than a gap between two samples may be seen by none, so nothing is too short then. A
/// scaling also needs the new leader's informers, and one may have been under way.
void adapt_to(const Users& users, Bound& bound) {
  if (bound.lower > Duration::zero()) {
    bound.lower = std::max(Duration::zero(), bound.lower - users.deadline);
    bound.lower_formula += " - D";
    bound.inputs.push_back(
        {"D", "deadline of the prober", format_duration(users.deadline), bounds::Origin::set, "the scenario"});
  }
  if (bound.lower <= users.gap && bound.lower > Duration::zero()) {
    bound.lower = Duration::zero();
    bound.lower_formula = fmt::format("0, as {} can fall between two samples", bound.lower_formula);
  }
  if (users.through != ProbePath::controllers) return;
  allow_informers(bound);
  allow(bound, "v", "start of a pod", kPodStart, "official SLO: pod start-up p99 <= 5 s");
}

/// Of nodes and of the pods on them.
Result<Bound> of_nodes(const SliRef& sli, const RunContext& run, const bounds::ClusterFlags& flags) {
  // Only the node is called so: its pods are Ready for as long as their probes are answered.
  if (sli.kind == SliRef::Kind::nodes_not_ready) {
    if (const auto loss = runtime_loss_of(run)) return bound_of(Failover::node_without_runtime, flags, *loss);
  }
  const auto loss = node_loss_of(sli, run);
  if (!loss.ok()) return loss.error();
  const Failover failover = sli.kind == SliRef::Kind::nodes_not_ready ? Failover::node_not_ready
                            : sli.kind == SliRef::Kind::pods_removed  ? Failover::pods_removed
                                                                      : Failover::pods_replaced;
  return bound_of(failover, flags, *loss);
}

/// Of leaders, and of spares.
Result<Bound> of_instances(const SliRef& sli, const Hit& hit, const bounds::ClusterFlags& flags) {
  if (!hit.ending) return no_bounds(hit, sli.text);
  const bool spares = sli.kind == SliRef::Kind::redundancy_restored;
  const auto failover = spares ? restored(hit, sli.text) : takeover_of(hit, sli.prober, sli.text);
  if (!failover.ok()) return failover.error();
  auto bound = bound_of(*failover, flags);
  if (bound.ok() && sli.kind == SliRef::Kind::leader_works) adapt_to_work(sli.prober, *bound);
  return bound;
}

Result<Bound> of_pods(const Users& users, const Hit& hit, const RunContext& run, const bounds::ClusterFlags& flags) {
  // What stands on a pod that ends is closed; what stands on one that hangs or drains stays.
  if (users.any_reused && hit.ending != Ending::crash) return unbounded_connections(hit);
  auto lost = pod_loss_of(hit, users.through, users.service, run);
  if (!lost.ok()) return lost.error();
  lost->loss.longest_gap = users.gap;
  auto bound = bound_of(lost->failover, flags, lost->loss);
  if (bound.ok()) adapt_to(users, *bound);
  return bound;
}

Result<Bound> of_users(const Slo& slo, const RunContext& run, const bounds::ClusterFlags& flags) {
  const auto users = read_users(slo, run.scenario);
  if (!users.ok()) return users.error();
  const auto hit = read_only_hit(run, asks_service(users->through));
  if (!hit.ok()) return hit.error();
  // A load balancer tries what is lost now and then, for as long as it is.
  const bool by_rules = users->through == ProbePath::service || users->through == ProbePath::each_node_port;
  if (slo.sli.kind == SliRef::Kind::served_again && !by_rules)
    return refused("until when users are served again is bounded for those of a Service, or of a node's port, only");
  if (hit->role == "pod" && asks_service(users->through)) return of_pods(*users, *hit, run, flags);
  const auto failover = failover_of(*hit, *users, slo.sli.text);
  if (!failover.ok()) return failover.error();
  bounds::Loss loss;
  // A worker that its load balancer does not reach is lost to nobody else.
  if (asks_service(users->through) && *failover != Failover::worker_unreached_behind_lb) {
    if (const Status left = others_left(*hit, users->service, run); !left.ok()) return left.error();
    const auto nodes = node_loss_of(slo.sli, run);
    if (!nodes.ok()) return nodes.error();
    loss = *nodes;
  }
  loss.longest_gap = users->gap;
  auto bound = bound_of(*failover, flags, loss);
  if (bound.ok()) adapt_to(*users, *bound);
  if (bound.ok() && users->through == ProbePath::each_api_server) adapt_to_work("etcd", *bound);
  return bound;
}

Result<Bound> derive(const Slo& slo, const RunContext& run) {
  const Event* recorded = run.events.last(event_type::flags_read);
  if (recorded == nullptr) return refused("the history has no flags (flags.read)");
  const auto flags = bounds::read_cluster_flags(recorded->data);
  if (!flags.ok()) return flags.error();
  if (is_about_spared(slo.sli.kind)) return refused(slo.sli.text + " is about what a fault must not do");
  if (is_about_nodes(slo.sli.kind)) return of_nodes(slo.sli, run, *flags);
  const SliRef::Kind kind = slo.sli.kind;
  const bool instances =
      kind == SliRef::Kind::redundancy_restored || kind == SliRef::Kind::failover || kind == SliRef::Kind::leader_works;
  if (!instances) return of_users(slo, run, *flags);
  const auto hit = read_only_hit(run, false);
  if (!hit.ok()) return hit.error();
  return of_instances(slo.sli, *hit, *flags);
}

}  // namespace

std::optional<Result<Bound>> derived_budget(const Slo& slo, const RunContext& run) {
  if (!slo.automatic) return std::nullopt;
  return derive(slo, run);
}

}  // namespace hadrill
