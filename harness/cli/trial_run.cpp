#include "cli/trial_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "calibrate/report.hpp"
#include "check/verdict.hpp"
#include "cli/app.hpp"
#include "cluster/etcd_identity.hpp"
#include "fault/agents.hpp"
#include "fault/catalogue.hpp"
#include "http/curl_engine.hpp"
#include "live/view.hpp"
#include "run/inside.hpp"
#include "run/judge_directory.hpp"
#include "run/run_directory.hpp"
#include "run/trial.hpp"

namespace hadrill::cli {
namespace {

namespace fs = std::filesystem;

/// How well the instrument is known to measure here; null when nobody looked, or it does not measure well.
Json calibration_in(const fs::path& state) {
  const auto known = calibrate::read_calibration(state / calibrate::kCalibrationFile);
  return known ? Json{{"errorNs", known->error.count()}, {"at", known->at}} : Json();
}

/// Writes what is known before the first request: a run that dies later still says what it was.
Status write_preamble(const fs::path& directory, const Scenario& scenario, Json environment, std::uint64_t seed,
                      const fs::path& state, const Expectation& expected) {
  if (const Status written = write_file(directory / artefact::scenario, resolved_yaml(scenario)); !written.ok())
    return written;
  environment["seed"] = seed;
  environment["hadrill"] = HADRILL_VERSION;
  environment["calibration"] = calibration_in(state);
  // Whoever looks at many runs has to read a known-bad control the right way round.
  add_expectation(environment, expected);
  return write_file(directory / artefact::environment, environment.dump(2) + "\n");
}

/// The live view of a trial; null where there is no screen for it.
std::unique_ptr<live::View> view_of(const Manner& manner, const Scenario& scenario, const Options& options,
                                    std::uint64_t seed, HealSwitch& heal_now, const Clock& clock,
                                    Interrupt& interrupt) {
  if (!manner.here.screen) return nullptr;
  live::Announcement announced{scenario, options.cluster, seed, {}};
  if (const auto& said = manner.hypothesis) {
    announced.hypothesis = said->text;
    if (said->expected)
      announced.hypothesis +=
          fmt::format("{}at most {}", said->text.empty() ? "" : "; ", format_duration(*said->expected));
  }
  // Once: a second time would mean to leave healing to the agents.
  live::Wishes wishes{[&interrupt] {
                        if (!interrupt.raised()) interrupt.raise();
                      },
                      [&heal_now] { heal_now.ask(); }};
  return std::make_unique<live::View>(std::move(announced), std::move(wishes), clock, manner.here.colour);
}

/// One trial on a ready cluster, then the verdict from what is on disk.
Result<TrialRun> run_on(Workbench& bench, const Options& options, const Scenario& scenario, const LiveCluster& cluster,
                        const fs::path& directory, std::uint64_t seed, Interrupt& interrupt, const Manner& manner) {
  progress(fmt::format("scenario {}, seed {}, run directory {}", scenario.name, seed, directory.string()));
  if (const Status written =
          write_preamble(directory, scenario, cluster.environment, seed, bench.state(), options.expected);
      !written.ok())
    return written.error();
  http::CurlClient client(cluster.identity);
  auto topology = with_services(cluster.topology, scenario, client, interrupt);
  if (!topology.ok()) return topology.error();
  Readiness readiness(bench.clusters().docker(), client, bench.clock(), *topology);
  Agents agents(bench.clusters().docker(), agent_executable());
  const auto probers = plan_probers(scenario, *topology);
  if (!probers.ok()) return probers.error();
  EngineFaultDoors engine(bench, options.cluster);
  const FaultDoors fault_doors{agents,       bench.clusters().docker(),        *topology, engine.journal,
                               engine.guard, own_pod_node(*probers, *topology)};
  Catalogue catalogue(fault_doors);
  const InstrumentDoors doors{
      client,
      cluster.identity,
      [](const http::TlsIdentity& identity) { return std::make_unique<http::CurlEngine>(identity); },
      agents,
      bench.clock(),
      [&](const Interrupt& stop) { return read_etcd_identity(bench.clusters().docker(), *topology, stop); }};
  HealSwitch heal_now;
  auto view = view_of(manner, scenario, options, seed, heal_now, bench.clock(), interrupt);
  const TrialContext context{scenario,
                             *topology,
                             readiness,
                             catalogue,
                             fault_doors,
                             doors,
                             bench.clock(),
                             interrupt,
                             directory,
                             seed,
                             progress,
                             manner.hypothesis,
                             view ? &view->watcher() : nullptr,
                             &heal_now};
  const Status ran = Trial(context).run();
  view.reset();
  if (!ran.ok()) return ran.error();
  progress("judging what was recorded");
  auto judged = judge_directory(directory, live::colour_on_output());
  if (!judged.ok()) return judged.error();
  const int code = interrupt.raised() ? exit_code::interrupted : hadrill::exit_code(judged->verdict);
  return TrialRun{code, std::move(judged->verdict), std::move(judged->summary), std::move(judged->junit)};
}

}  // namespace

Result<Topology> with_services(Topology topology, const Scenario& scenario, http::Client& client,
                               const Interrupt& interrupt) {
  for (const ProberSpec& prober : scenario.probers) {
    if (!prober.service) continue;
    const ServiceRef& service = *prober.service;
    if (topology.services.contains(service.key())) continue;
    auto address = find_service(client, topology, service.namespace_, service.name, service.port, interrupt);
    if (!address.ok()) return address.error();
    auto pods = find_pods(client, topology, service.namespace_, service.name, service.port, interrupt);
    if (!pods.ok()) return pods.error();
    address->pods = std::move(*pods);
    topology.services[service.key()] = std::move(*address);
  }
  return topology;
}

Result<Scenario> scenario_on(Scenario scenario, const std::string& topology) {
  const auto& fits = scenario.topologies;
  if (std::find(fits.begin(), fits.end(), topology) == fits.end()) {
    return usage_error("scenario " + scenario.name,
                       fmt::format("does not fit topology {}; it fits {}", topology, fmt::join(fits, ", ")));
  }
  scenario.topologies = {topology};
  return scenario;
}

Result<TrialRun> run_trial(Workbench& bench, const Options& options, Scenario scenario, const fs::path& directory,
                           std::uint64_t seed, Interrupt& interrupt, const Manner& manner) {
  const auto cluster = bench.clusters().attach(options.cluster, interrupt);
  if (!cluster.ok()) return cluster.error();
  const auto fitting = scenario_on(std::move(scenario), cluster->blueprint);
  if (!fitting.ok()) return fitting.error();
  if (const Status marked = bench.clusters().mark_in_use(options.cluster, true); !marked.ok()) return marked.error();
  if (const Status spread = bench.clusters().spread_workloads(*cluster, interrupt); !spread.ok()) return spread.error();
  auto ran = run_on(bench, options, *fitting, *cluster, directory, seed, interrupt, manner);
  // A fault that is not known to have healed leaves the mark, so that the next run replaces the cluster.
  if (ran.ok() && ran->verdict.unhealed.empty()) {
    if (const Status unmarked = bench.clusters().mark_in_use(options.cluster, false); !unmarked.ok())
      return unmarked.error();
  }
  return ran;
}

}  // namespace hadrill::cli
