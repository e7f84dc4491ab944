#include "check/derived_budget.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"

namespace hadrill {
namespace {

using bounds::Bound;
using bounds::Failover;

/// How the one instance that was hit ended.
enum class Ending {
  crash,  ///< without a chance to say so
  stop,   ///< told to, in an orderly way
  hang,   ///< it is there and does nothing
};

/// The one fault of a run, as its fault.injecting event tells it.
struct Hit {
  std::string fault;
  std::string role;
  bool leads = false;
  std::optional<Ending> ending;  ///< nullopt: of a kind that has no bounds
  bool held = false;             ///< it is not let back until it is healed
};

/// Who measures the SLI.
struct Users {
  ProbePath through = ProbePath::load_balancer;
  bool any_reused = false;
  Duration deadline{};  ///< the longest
  Duration gap{};       ///< the longest between two samples
};

/// Slots are at most 1.25 periods apart (docs/sli-reference.md, "Outages").
constexpr int kLongestGapQuarters = 5;

Error refused(std::string reason) { return infrastructure_error("budget auto", std::move(reason)); }

std::optional<Ending> ending_of_signal(const std::string& signal) {
  if (signal == "KILL" || signal == "ABRT" || signal == "SEGV" || signal == "QUIT") return Ending::crash;
  if (signal == "TERM" || signal == "INT") return Ending::stop;
  return std::nullopt;  // HUP: what it does depends on the program
}

std::optional<Ending> ending_of(const InjectStep& step) {
  if (step.fault == "process.kill") return ending_of_signal(json_text(step.parameters, "/signal", "KILL"));
  if (step.fault == "static-pod.remove" || step.fault == "etcd.move-leader") return Ending::stop;
  if (step.fault == "process.pause" || step.fault == "container.freeze" || step.fault == "lb.blackhole")
    return Ending::hang;
  if (step.fault == "node.kill" || step.fault == "node.reboot") return Ending::crash;
  if (step.fault == "node.pause") return Ending::hang;
  return std::nullopt;
}

const InjectStep* find_step(const Scenario& scenario, const std::string& id) {
  for (const Step& step : scenario.method) {
    const auto* inject = std::get_if<InjectStep>(&step);
    if (inject != nullptr && inject->id == id) return inject;
  }
  return nullptr;
}

Result<Hit> read_hit(const RunContext& run) {
  const Event* only = nullptr;
  for (const Event& event : run.events.events) {
    if (event.type != event_type::fault_injecting) continue;
    if (only != nullptr) return refused("several faults: which one's failover is meant is not known");
    only = &event;
  }
  if (only == nullptr) return refused("nothing was broken");
  const InjectStep* step = find_step(run.scenario, json_text(only->data, "/step"));
  if (step == nullptr) return refused("the fault belongs to no step of the scenario");
  if (json_array(only->data, "/targets").size() != 1)
    return refused("several targets at once: bounds are those of a single fault");
  Hit hit{step->fault, json_text(only->data, "/targets/0/role"),
          json_get<bool>(only->data, "/targets/0/leads").value_or(false), ending_of(*step),
          json_get<bool>(step->parameters, "/hold").value_or(false)};
  hit.held = hit.held || step->fault == "static-pod.remove";
  return hit;
}

Result<Users> read_users(const Slo& slo, const Scenario& scenario) {
  std::optional<Users> users;
  for (const ProberSpec& prober : scenario.probers) {
    const bool meant =
        slo.sli.prober == "api" ? prober.through == ProbePath::load_balancer : prober.name == slo.sli.prober;
    if (!meant) continue;
    if (!users) users = Users{prober.through, false, {}, {}};
    users->any_reused = users->any_reused || prober.connection == ConnectionClass::reused;
    users->deadline = std::max(users->deadline, prober.deadline);
    users->gap = std::max(users->gap, prober.period * kLongestGapQuarters / 4);
  }
  if (!users) return refused("no prober " + slo.sli.prober);
  return *users;
}

std::string to_string(const Hit& hit) {
  return fmt::format("{} of {}{}", hit.fault, hit.role, hit.leads ? ", the leader" : "");
}

Error no_bounds(const Hit& hit, const std::string& sli) {
  return refused(fmt::format("no bounds are known for {} after {}", sli, to_string(hit)));
}

/// A connection that stands on an instance that hangs stays there: no flag ends it.
Error unbounded_connections(const Hit& hit) {
  return refused(
      fmt::format("connections that are reused stay on what hangs after {}: no flag bounds them; use a prober "
                  "with connection: new",
                  to_string(hit)));
}

Result<Failover> behind_load_balancer(const Hit& hit, const Users& users, const std::string& sli) {
  const bool hangs = hit.ending == Ending::hang;
  if (hit.fault == "etcd.move-leader") return Failover::etcd_transfer;
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

Result<Failover> failover_of(const Hit& hit, const Users& users, const std::string& sli) {
  switch (users.through) {
    case ProbePath::load_balancer:
      return behind_load_balancer(hit, users, sli);
    case ProbePath::controllers:
      return of_leaders(hit, sli);
    case ProbePath::cluster_ip:
      if (hit.role == "apiserver" && hit.ending != Ending::hang) return Failover::api_server_cluster_ip;
      return no_bounds(hit, sli);
    case ProbePath::service:
      if (hit.role == "worker") return Failover::node_not_ready;
      return no_bounds(hit, sli);
    default:
      return no_bounds(hit, sli);
  }
}

/// T5 is bounded only where nothing but a start has to happen.
Result<Failover> restored(const Hit& hit, const std::string& sli) {
  const bool starts_again = hit.fault == "process.kill" && !hit.held;
  if (starts_again && hit.role == "apiserver") return Failover::api_server_restored;
  if (starts_again && hit.role == "etcd") return Failover::etcd_restored;
  return no_bounds(hit, sli);
}

/// Until another instance of `component` leads. A whole control plane takes its leader with it, if it had one.
Result<Failover> takeover_of(const Hit& hit, const std::string& component, const std::string& sli) {
  const bool whole_node = hit.role == "control-plane" && hit.ending != Ending::stop;
  if (!whole_node && (hit.role != component || !hit.leads)) return no_bounds(hit, sli);
  const bool stops = hit.ending == Ending::stop;
  if (component == "etcd" && hit.fault == "etcd.move-leader") return Failover::etcd_transfer;
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
  allow(bound, "y", "informers of the new leader", kInformerSync, "default budgets");
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
  if (users.through == ProbePath::service && bound.lower > Duration::zero()) {
    bound.lower = Duration::zero();
    bound.lower_formula = "0, as the next connection may meet another pod";
  }
  if (users.through != ProbePath::controllers) return;
  allow_informers(bound);
  allow(bound, "v", "start of a pod", kPodStart, "official SLO: pod start-up p99 <= 5 s");
}

Result<Bound> derive(const Slo& slo, const RunContext& run) {
  const Event* recorded = run.events.last(event_type::flags_read);
  if (recorded == nullptr) return refused("the history has no flags (flags.read)");
  const auto flags = bounds::read_cluster_flags(recorded->data);
  if (!flags.ok()) return flags.error();
  const auto hit = read_hit(run);
  if (!hit.ok()) return hit.error();
  if (!hit->ending) return no_bounds(*hit, slo.sli.text);
  if (slo.sli.kind == SliRef::Kind::redundancy_restored) {
    const auto failover = restored(*hit, slo.sli.text);
    return failover.ok() ? bound_of(*failover, *flags) : Result<Bound>(failover.error());
  }
  const bool works = slo.sli.kind == SliRef::Kind::leader_works;
  if (works || slo.sli.kind == SliRef::Kind::failover) {
    const auto takeover = takeover_of(*hit, slo.sli.prober, slo.sli.text);
    auto bound = takeover.ok() ? bound_of(*takeover, *flags) : Result<Bound>(takeover.error());
    if (bound.ok() && works) adapt_to_work(slo.sli.prober, *bound);
    return bound;
  }
  const auto users = read_users(slo, run.scenario);
  if (!users.ok()) return users.error();
  const auto failover = failover_of(*hit, *users, slo.sli.text);
  if (!failover.ok()) return failover.error();
  auto bound = bound_of(*failover, *flags);
  if (bound.ok()) adapt_to(*users, *bound);
  return bound;
}

}  // namespace

std::optional<Result<Bound>> derived_budget(const Slo& slo, const RunContext& run) {
  if (!slo.automatic) return std::nullopt;
  return derive(slo, run);
}

}  // namespace hadrill
