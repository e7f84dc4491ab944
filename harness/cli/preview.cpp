#include "cli/preview.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"
#include "cli/losses_text.hpp"
#include "cli/trial_run.hpp"
#include "fault/catalogue.hpp"
#include "plan/notice.hpp"
#include "plan/remains.hpp"
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
  const auto direct = sure_to_notice(probers, losses, targets);
  const auto users = may_notice(probers, losses);
  if (!direct.empty()) text += fmt::format("  who is sure to notice: {}\n", fmt::join(direct, ", "));
  if (!users.empty()) text += fmt::format("  which users may notice: {}\n", fmt::join(users, ", "));
  if (broken(impacts) && !step.expect_quorum_loss)
    text += "  WOULD BE REFUSED: the scenario does not say expect: quorum-loss\n";
  return text;
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
  const std::vector<ServicePods> services = services_asked(scenario, topology);
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
                        remains_of(losses, *targets, topology, services), *probers);
  }
  return text;
}

}  // namespace hadrill::cli
