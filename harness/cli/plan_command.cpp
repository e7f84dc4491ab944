// The dry run: what a run would do now, without doing it. Reads the cluster, changes nothing on it.
#include <fmt/format.h>

#include "base/duration.hpp"
#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "cli/trial_run.hpp"
#include "fault/catalogue.hpp"
#include "run/injector.hpp"

namespace hadrill::cli {
namespace {

void print_probers(const std::vector<PlannedProber>& probers) {
  fmt::print("probers: {} requests/s\n", planned_rate(probers));
  for (const PlannedProber& prober : probers) {
    fmt::print("  {:<40} {} connections to {} every {}\n", prober.name, to_string(prober.spec.connection),
               prober.endpoint, format_duration(prober.spec.period));
  }
}

/// Targets, effects, undo and the arithmetic of one inject step.
void print_inject(const InjectStep& step, const Fault& fault, const std::vector<ResolvedTarget>& targets,
                  const std::vector<RoleImpact>& impacts) {
  fmt::print("step {}: {}, undone at the latest after {}\n", step.id, step.fault, format_duration(step.ttl));
  for (const ResolvedTarget& target : targets) {
    const FaultText text = fault.describe(target, step.parameters);
    fmt::print("  {}{}\n    effect: {}\n    undo:   {}\n", to_string(target), target.leads ? " (leads)" : "",
               text.effect, text.undo);
  }
  for (const RoleImpact& impact : impacts) {
    fmt::print("  {}: {}\n", impact.text(), impact.kept() ? "the rest goes on serving" : "NOT ENOUGH TO SERVE");
  }
  if (impacts.empty()) fmt::print("  takes nothing that users are served by\n");
  if (broken(impacts) && !step.expect_quorum_loss)
    fmt::print("  WOULD BE REFUSED: the scenario does not say expect: quorum-loss\n");
}

}  // namespace

Outcome plan(const Options& options, Interrupt& interrupt) {
  const auto scenario = find_scenario(options);
  if (!scenario.ok()) return scenario.error();
  auto bench = Workbench::open(options);
  if (!bench.ok()) return bench.error();
  const auto cluster = (*bench)->clusters().attach(options.cluster, interrupt);
  if (!cluster.ok()) return cluster.error();
  if (const auto fitting = scenario_on(*scenario, cluster->blueprint); !fitting.ok()) return fitting.error();
  http::CurlClient client(cluster->identity);
  const auto known = with_services(cluster->topology, *scenario, client, interrupt);
  if (!known.ok()) return known.error();
  const Topology& topology = *known;
  Docker& docker = (*bench)->clusters().docker();
  Readiness readiness(docker, client, (*bench)->clock(), topology);
  Agents agents(docker, agent_executable());
  EngineFaultDoors engine(**bench, options.cluster);
  const Catalogue catalogue({agents, docker, topology, engine.journal, engine.guard});
  const auto probers = plan_probers(*scenario, topology);
  if (!probers.ok()) return probers.error();
  const std::uint64_t seed = seed_of(options);
  fmt::print("scenario {} on cluster {}, seed {}\n", scenario->name, options.cluster, seed);
  print_probers(*probers);
  const LiveHealth health = readiness.health(interrupt);
  for (const Step& step : scenario->method) {
    if (const auto* heal = std::get_if<HealStep>(&step)) fmt::print("step {}: heal {}\n", heal->id, heal->step);
    const auto* inject = std::get_if<InjectStep>(&step);
    if (inject == nullptr) continue;
    const auto live = readiness.live_state(live_needs(inject->target), interrupt);
    if (!live.ok()) return live.error();
    const auto targets = resolve_target(inject->target, inject->id, topology, *live, seed);
    if (!targets.ok()) return targets.error();
    const Fault& fault = *catalogue.find(inject->fault);
    print_inject(*inject, fault, *targets, impact_of(losses_of(fault, *inject, *targets), topology, health));
  }
  return exit_code::pass;
}

}  // namespace hadrill::cli
