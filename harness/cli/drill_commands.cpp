#include <fmt/format.h>

#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "cli/trial_run.hpp"
#include "report/suite_report.hpp"
#include "run/run_directory.hpp"

namespace hadrill::cli {
namespace {

Outcome run_and_print(Workbench& bench, const Options& options, const Scenario& scenario,
                      const std::filesystem::path& directory, Interrupt& interrupt) {
  const auto ran = run_trial(bench, options, scenario, directory, seed_of(options), interrupt);
  if (!ran.ok()) return ran.error();
  fmt::print("{}\nreport: {}\n", ran->summary, directory.string());
  return options.expect == "fail" ? exit_code_of_control(ran->code) : ran->code;
}

/// What is left of a run is told beside all others; a refusal left nothing.
void end_session(const Session& session, const Options& options, const Outcome& outcome) {
  discard_if_empty(session.directory);
  const bool refused = !outcome.ok() && outcome.error().kind == ErrorKind::usage;
  if (!refused) renew_index(std::filesystem::absolute(options.runs));
}

}  // namespace

Outcome run_scenario(const Options& options, Interrupt& interrupt) {
  const auto scenario = find_scenario(options);
  if (!scenario.ok()) return scenario.error();
  const auto session = open_session(options, scenario->name);
  if (!session.ok()) return session.error();
  Outcome outcome = run_and_print(*session->bench, options, *scenario, session->directory, interrupt);
  end_session(*session, options, outcome);
  return outcome;
}

Outcome drill(const Options& options, Interrupt& interrupt) {
  auto scenario = find_scenario(options);
  if (!scenario.ok()) return scenario.error();
  if (!options.topology.empty()) scenario = scenario_on(std::move(*scenario), options.topology);
  if (!scenario.ok()) return scenario.error();
  const auto session = open_session(options, scenario->name);
  if (!session.ok()) return session.error();
  const auto up = session->bench->clusters().up(options.cluster, scenario->topologies.front(),
                                                session->directory / artefact::logs, interrupt);
  Outcome outcome =
      up.ok() ? run_and_print(*session->bench, options, *scenario, session->directory, interrupt) : Outcome(up.error());
  end_session(*session, options, outcome);
  if (options.keep && outcome.ok() && !interrupt.raised()) {
    progress(fmt::format("cluster {} stays up (remove it: make cluster-down)", options.cluster));
    return outcome;
  }
  return remove_cluster(*session->bench, options, std::move(outcome));
}

}  // namespace hadrill::cli
