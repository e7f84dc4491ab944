#include "check/pod_budget.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "check/ready_endpoints.hpp"
#include "check/timeline.hpp"

namespace hadrill {
namespace {

using bounds::Failover;
using bounds::ReadinessProbe;

/// Of a probe, in seconds: no Duration overflows, and no kubelet waits for longer.
constexpr std::int64_t kMostSeconds = 1'000'000;

bool refuses_connections(const Hit& hit) {
  return hit.step->fault == "process.kill" && hit.ending == Ending::crash && !hit.held;
}

bool stands_still(const Hit& hit) {
  return hit.step->fault == "process.pause" || hit.step->fault == "container.freeze";
}

/// Of users that no other pod serves.
Result<Failover> failover_of_all_pods(const Hit& hit, bool balanced, const ServiceRef& service) {
  if (refuses_connections(hit)) return balanced ? Failover::pods_restart_behind_lb : Failover::pods_restart;
  return refused(fmt::format("all pods of {}/{} were hit: when one serves again is up to its program",
                             service.namespace_, service.name));
}

Result<Failover> failover_of_pod(const Hit& hit, bool balanced) {
  if (refuses_connections(hit)) return balanced ? Failover::pod_ends_behind_lb : Failover::pod_ends;
  if (stands_still(hit)) return balanced ? Failover::pod_hangs_behind_lb : Failover::pod_hangs;
  if (hit.step->fault == "pod.delete") return balanced ? Failover::pod_deleted_behind_lb : Failover::pod_deleted;
  if (hit.held) return refused("a pod that is held down serves for a moment after each start: no flag bounds that");
  if (hit.ending == Ending::stop)
    return refused("how long a pod takes to stop when it is told to is up to its program");
  return refused(fmt::format("no bounds are known for users of a Service after {}", to_string(hit)));
}

/// Whether pods of the Service were ready that the fault did not hit. Error: none was seen to be.
Result<bool> others_serve(const Hit& hit, const ServiceRef& service, const EventLog& events, Instant t0) {
  auto others = ready_endpoints(events, service, t0);
  const std::string name = service.namespace_ + "/" + service.name;
  if (others.empty()) return refused(fmt::format("no endpoint of {} was seen before the fault", name));
  for (const std::string& pod : hit.pods) others.erase(pod);
  return !others.empty();
}

/// The last that was told of the pod before T0; null: nothing.
Json told_of(const std::string& pod, const EventLog& events, Instant t0) {
  Json told;
  for (const Event& event : events.events) {
    if (event.type != event_type::pod_changed || event.at >= t0) continue;
    if (json_text(event.data, "/namespace") + "/" + json_text(event.data, "/pod") != pod) continue;
    told = event.data;
  }
  return told;
}

/// Of a pod with one container, whose probe the process itself has to answer.
Result<ReadinessProbe> probe_of(const std::string& pod, const EventLog& events, Instant t0) {
  const Json probes = json_array(told_of(pod, events, t0), "/readiness");
  if (probes.empty()) return refused(fmt::format("the readiness probe of {} was not recorded", pod));
  if (probes.size() != 1)
    return refused(fmt::format("{} has several containers: whose probe finds out is not known", pod));
  const std::string by = json_text(probes, "/0/by");
  if (by.empty()) return refused(fmt::format("{} has no readiness probe: nothing takes it out of its Service", pod));
  if (by == "tcpSocket") return refused("a tcpSocket probe is answered by the kernel, also for a process that hangs");
  if (by == "exec") return refused("what an exec probe finds is up to what it runs");
  const auto count = [&probes](const char* pointer) { return json_natural(probes, pointer).value_or(0); };
  const std::int64_t period = count("/0/periodS");
  const std::int64_t timeout = count("/0/timeoutS");
  const std::int64_t failures = count("/0/failures");
  const auto sane = [](std::int64_t value) { return value >= 1 && value <= kMostSeconds; };
  if (!sane(period) || !sane(timeout) || !sane(failures) || failures * std::max(period, timeout) > kMostSeconds)
    return refused(fmt::format("the readiness probe of {} is not understood", pod));
  return ReadinessProbe{std::chrono::seconds(period), std::chrono::seconds(timeout), failures};
}

/// The same of one whose container is started again. Histories from before delays were told do not say.
Result<ReadinessProbe> starting_probe_of(const std::string& pod, const EventLog& events, Instant t0) {
  auto probe = probe_of(pod, events, t0);
  if (!probe.ok()) return probe;
  const Json told = told_of(pod, events, t0);
  const std::string owner = json_text(told, "/ownerKind");
  if (owner != "ReplicaSet" && owner != "StatefulSet" && owner != "DaemonSet")
    return refused(fmt::format("whether containers of {} are always started again is not known", pod));
  const auto delay = json_natural(told, "/readiness/0/delayS");
  const auto successes = json_natural(told, "/readiness/0/successes");
  const auto startup = json_get<bool>(told, "/readiness/0/startup");
  if (!delay || !successes || !startup)
    return refused(fmt::format("how {} is probed when it starts was not recorded", pod));
  if (*startup) return refused(fmt::format("{} has a startup probe: how long that fails is up to its program", pod));
  const bool sane = *delay <= kMostSeconds && *successes >= 1 && *successes <= kMostSeconds;
  if (!sane || *successes * std::max(probe->period, probe->timeout) > std::chrono::seconds(kMostSeconds))
    return refused(fmt::format("the readiness probe of {} is not understood", pod));
  probe->delay = std::chrono::seconds(*delay);
  probe->successes = *successes;
  return probe;
}

/// Of the pod that is found out last.
Result<ReadinessProbe> slowest_probe(const Hit& hit, const EventLog& events, Instant t0, bool starting) {
  std::optional<ReadinessProbe> slowest;
  for (const std::string& pod : hit.pods) {
    const auto probe = starting ? starting_probe_of(pod, events, t0) : probe_of(pod, events, t0);
    if (!probe.ok()) return probe.error();
    const auto found = starting ? &bounds::found_ready : &bounds::found_not_ready;
    if (!slowest || found(*probe) > found(*slowest)) slowest = *probe;
  }
  if (!slowest) return refused("the history does not tell which pods were hit");
  return *slowest;
}

}  // namespace

Result<PodLoss> pod_loss_of(const Hit& hit, ProbePath through, const ServiceRef& service, const RunContext& run) {
  const Timeline timeline = read_timeline(run);
  if (!timeline.t0_lower) return refused("the fault was not proven");
  const auto others = others_serve(hit, service, run.events, *timeline.t0_lower);
  if (!others.ok()) return others.error();
  const bool balanced = through == ProbePath::node_load_balancer;
  const auto failover = *others ? failover_of_pod(hit, balanced) : failover_of_all_pods(hit, balanced, service);
  if (!failover.ok()) return failover.error();
  PodLoss found{*failover, {}};
  found.loss.spread = spread_of(run.events);
  const bool starting = !*others;
  if (!starting && !stands_still(hit)) return found;
  const auto probe = slowest_probe(hit, run.events, *timeline.t0_lower, starting);
  if (!probe.ok()) return probe.error();
  found.loss.readiness = *probe;
  return found;
}

}  // namespace hadrill
