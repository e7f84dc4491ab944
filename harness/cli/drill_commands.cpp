#include <fmt/format.h>
#include <unistd.h>

#include "base/duration.hpp"
#include "calibrate/report.hpp"
#include "check/verdict.hpp"
#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "cli/workbench.hpp"
#include "fault/agents.hpp"
#include "fault/catalogue.hpp"
#include "http/curl_engine.hpp"
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
                      const fs::path& state) {
  if (const Status written = write_file(directory / artefact::scenario, resolved_yaml(scenario)); !written.ok())
    return written;
  environment["seed"] = seed;
  environment["hadrill"] = HADRILL_VERSION;
  environment["calibration"] = calibration_in(state);
  return write_file(directory / artefact::environment, environment.dump(2) + "\n");
}

/// One trial on a ready cluster, then the verdict from what is on disk.
/// `healed`: whether everything that was broken is proven to work again.
Outcome run_on(Workbench& bench, const Options& options, const Scenario& scenario, const LiveCluster& cluster,
               const fs::path& directory, Interrupt& interrupt, bool& healed) {
  const std::uint64_t seed = seed_of(options);
  progress(fmt::format("scenario {}, seed {}, run directory {}", scenario.name, seed, directory.string()));
  if (const Status written = write_preamble(directory, scenario, cluster.environment, seed, bench.state());
      !written.ok())
    return written.error();
  http::CurlClient client(cluster.identity);
  Readiness readiness(bench.clusters().docker(), client, bench.clock(), cluster.topology);
  Agents agents(bench.clusters().docker(), agent_executable());
  EngineFaultDoors engine(bench, options.cluster);
  const FaultDoors fault_doors{agents, bench.clusters().docker(), cluster.topology, engine.journal, engine.guard};
  Catalogue catalogue(fault_doors);
  const InstrumentDoors doors{
      client, cluster.identity,
      [](http::TlsIdentity identity) { return std::make_unique<http::CurlEngine>(std::move(identity)); }, agents,
      bench.clock()};
  const TrialContext context{scenario,      cluster.topology, readiness, catalogue, fault_doors, doors,
                             bench.clock(), interrupt,        directory, seed,      progress};
  if (const Status ran = Trial(context).run(); !ran.ok()) return ran.error();
  const auto judged = judge_directory(directory, isatty(STDOUT_FILENO) == 1);
  if (!judged.ok()) return judged.error();
  fmt::print("{}\nreport: {}\n", judged->summary, directory.string());
  healed = judged->verdict.unhealed.empty();
  return interrupt.raised() ? exit_code::interrupted : hadrill::exit_code(judged->verdict);
}

/// A trial with the cluster marked as in use for as long as it lasts.
Outcome run_marked(Workbench& bench, const Options& options, const Scenario& scenario, const fs::path& directory,
                   Interrupt& interrupt) {
  const auto cluster = bench.clusters().attach(options.cluster, interrupt);
  if (!cluster.ok()) return cluster.error();
  if (const Status marked = bench.clusters().mark_in_use(options.cluster, true); !marked.ok()) return marked.error();
  bool healed = false;
  Outcome outcome = run_on(bench, options, scenario, *cluster, directory, interrupt, healed);
  // A fault that is not known to have healed leaves the mark, so that the next run replaces the cluster.
  if (healed) {
    if (const Status unmarked = bench.clusters().mark_in_use(options.cluster, false); !unmarked.ok())
      return unmarked.error();
  }
  return outcome;
}

}  // namespace

Outcome run_scenario(const Options& options, Interrupt& interrupt) {
  const auto scenario = find_scenario(options);
  if (!scenario.ok()) return scenario.error();
  const auto session = open_session(options, scenario->name);
  if (!session.ok()) return session.error();
  Outcome outcome = run_marked(*session->bench, options, *scenario, session->directory, interrupt);
  discard_if_empty(session->directory);
  return outcome;
}

Outcome drill(const Options& options, Interrupt& interrupt) {
  const auto scenario = find_scenario(options);
  if (!scenario.ok()) return scenario.error();
  const auto session = open_session(options, scenario->name);
  if (!session.ok()) return session.error();
  const auto up = session->bench->clusters().up(options.cluster, scenario->topology,
                                                session->directory / artefact::logs, interrupt);
  Outcome outcome =
      up.ok() ? run_marked(*session->bench, options, *scenario, session->directory, interrupt) : Outcome(up.error());
  discard_if_empty(session->directory);
  if (options.keep && outcome.ok() && !interrupt.raised()) {
    progress(fmt::format("cluster {} stays up (remove it: make cluster-down)", options.cluster));
    return outcome;
  }
  return remove_cluster(*session->bench, options, std::move(outcome));
}

}  // namespace hadrill::cli
