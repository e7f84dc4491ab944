#include "cli/preview.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "cli/losses_text.hpp"
#include "cli/trial_run.hpp"
#include "cluster/environment.hpp"
#include "fault/catalogue.hpp"
#include "run/injector.hpp"

namespace hadrill::cli {
namespace {

std::string probers_text(const std::vector<PlannedProber>& probers) {
  std::string text = fmt::format("probers: {} requests/s\n", planned_rate(probers));
  for (const PlannedProber& prober : probers) {
    text += fmt::format("  {:<40} {} connections to {} every {}\n", prober.name, to_string(prober.spec.connection),
                        prober.endpoint, format_duration(prober.spec.period));
  }
  return text;
}

/// Whether a prober asks what is lost itself, past everything that could make up for it.
bool asks(const PlannedProber& prober, const Loss& loss) {
  const std::string node = prober.inside ? prober.inside->node : prober.endpoint;
  switch (prober.spec.through) {
    case ProbePath::each_api_server:
      return loss.role == TargetRole::apiserver && prober.endpoint == loss.node;
    case ProbePath::each_etcd_member:
      return loss.role == TargetRole::etcd && prober.endpoint == loss.node;
    case ProbePath::each_node_port:
    case ProbePath::each_pod:
      return node == loss.node;
    case ProbePath::controllers:
      return loss.role == TargetRole::controller_manager || loss.role == TargetRole::scheduler;
    default:
      return false;
  }
}

/// Whether users who ask that way go through what is lost.
bool goes_through(const PlannedProber& prober, const Loss& loss) {
  const bool api = loss.role == TargetRole::apiserver || loss.role == TargetRole::etcd;
  switch (prober.spec.through) {
    case ProbePath::load_balancer:
      return api || loss.role == TargetRole::load_balancer;
    case ProbePath::cluster_ip:
      return api;
    case ProbePath::node_load_balancer:
      return loss.role == TargetRole::node_load_balancer || loss.role == TargetRole::worker ||
             loss.role == TargetRole::pod;
    case ProbePath::service:
      return loss.role == TargetRole::worker || loss.role == TargetRole::pod;
    default:
      return false;
  }
}

std::string names(const std::vector<PlannedProber>& probers, const std::vector<Loss>& losses,
                  bool (*concerned)(const PlannedProber&, const Loss&)) {
  std::vector<std::string> found;
  for (const PlannedProber& prober : probers) {
    if (std::any_of(losses.begin(), losses.end(), [&](const Loss& loss) { return concerned(prober, loss); }))
      found.push_back(prober.name);
  }
  return fmt::format("{}", fmt::join(found, ", "));
}

/// Targets, effects, undo and the arithmetic of one inject step.
std::string inject_text(const InjectStep& step, const Fault& fault, const std::vector<ResolvedTarget>& targets,
                        const std::vector<Loss>& losses, const std::vector<RoleImpact>& impacts,
                        const std::vector<Remains>& remains, const std::vector<PlannedProber>& probers) {
  std::string text =
      fmt::format("step {}: {}, undone at the latest after {}\n", step.id, step.fault, format_duration(step.ttl));
  for (const ResolvedTarget& target : targets) {
    const FaultText told = fault.describe(target, step.parameters);
    text += fmt::format("  {}{}\n    effect: {}\n    undo:   {}\n", to_string(target), target.leads ? " (leads)" : "",
                        told.effect, told.undo);
  }
  text += losses_text(losses, impacts, remains);
  const std::string direct = names(probers, losses, asks);
  const std::string users = names(probers, losses, goes_through);
  if (!direct.empty()) text += fmt::format("  who is sure to notice: {}\n", direct);
  if (!users.empty()) text += fmt::format("  which users may notice: {}\n", users);
  if (broken(impacts) && !step.expect_quorum_loss)
    text += "  WOULD BE REFUSED: the scenario does not say expect: quorum-loss\n";
  return text;
}

/// Who answers behind each Service that a prober asks.
Result<std::vector<ServicePods>> pods_asked(const Scenario& scenario, const Topology& topology, http::Client& client,
                                            const Interrupt& interrupt) {
  std::vector<ServicePods> all;
  for (const ProberSpec& prober : scenario.probers) {
    if (!prober.service) continue;
    const ServiceRef& asked = *prober.service;
    const auto known = [&asked](const ServicePods& one) {
      return one.namespace_ == asked.namespace_ && one.name == asked.name;
    };
    if (std::any_of(all.begin(), all.end(), known)) continue;
    auto pods = find_pods(client, topology, asked.namespace_, asked.name, asked.port, interrupt);
    if (!pods.ok()) return pods.error();
    all.push_back({asked.namespace_, asked.name, std::move(*pods)});
  }
  return all;
}

}  // namespace

Result<std::string> preview(Workbench& bench, const Options& options, const Scenario& scenario,
                            const LiveCluster& cluster, std::uint64_t seed, const Interrupt& interrupt) {
  if (const auto fitting = scenario_on(scenario, cluster.blueprint); !fitting.ok()) return fitting.error();
  http::CurlClient client(cluster.identity);
  const auto known = with_services(cluster.topology, scenario, client, interrupt);
  if (!known.ok()) return known.error();
  const Topology& topology = *known;
  Docker& docker = bench.clusters().docker();
  Readiness readiness(docker, client, bench.clock(), topology);
  Agents agents(docker, agent_executable());
  EngineFaultDoors engine(bench, options.cluster);
  const Catalogue catalogue({agents, docker, topology, engine.journal, engine.guard});
  const auto probers = plan_probers(scenario, topology);
  if (!probers.ok()) return probers.error();
  std::string text = fmt::format("scenario {} on cluster {}, seed {}\n", scenario.name, options.cluster, seed);
  text += probers_text(*probers);
  const auto services = pods_asked(scenario, topology, client, interrupt);
  if (!services.ok()) return services.error();
  const LiveHealth health = readiness.health(interrupt);
  for (const Step& step : scenario.method) {
    if (const auto* heal = std::get_if<HealStep>(&step))
      text += fmt::format("step {}: heal {}\n", heal->id, heal->step);
    const auto* inject = std::get_if<InjectStep>(&step);
    if (inject == nullptr) continue;
    const auto live = readiness.live_state(live_needs(inject->target), interrupt);
    if (!live.ok()) return live.error();
    const auto targets = resolve_target(inject->target, inject->id, topology, *live, seed);
    if (!targets.ok()) return targets.error();
    const Fault& fault = *catalogue.find(inject->fault);
    const std::vector<Loss> losses = losses_of(fault, *inject, *targets);
    text += inject_text(*inject, fault, *targets, losses, impact_of(losses, topology, health),
                        remains_of(losses, *targets, topology, *services), *probers);
  }
  return text;
}

}  // namespace hadrill::cli
