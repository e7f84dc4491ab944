#include <fmt/format.h>

#include "check/control.hpp"
#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "cli/drill_talk.hpp"
#include "cli/trial_run.hpp"
#include "live/terminal.hpp"
#include "run/run_directory.hpp"

namespace hadrill::cli {
namespace {

Outcome run_and_print(Workbench& bench, const Options& options, const Scenario& scenario,
                      const std::filesystem::path& directory, const Manner& manner, Interrupt& interrupt) {
  const auto ran = run_trial(bench, options, scenario, directory, seed_of(options), interrupt, manner);
  if (!ran.ok()) return ran.error();
  fmt::print("{}\nreport: {}\n", ran->summary, directory.string());
  const ControlResult control = judge_control(options.expected, ran->verdict.judgement, ran->verdict.findings);
  if (control.control == Control::seen) fmt::print("control: {}, as expected\n", to_string(options.expected));
  if (!control.why.empty()) fmt::print("control: expected {}; {}\n", to_string(options.expected), control.why);
  return exit_code_as_expected(ran->code, options.expected, ran->verdict);
}

/// The scenario that was named, if it can end as it is expected to.
Result<Scenario> find_judged(const Options& options) {
  auto scenario = find_scenario(options);
  if (!scenario.ok()) return scenario;
  if (const Status can = check_expectation(options.expected, *scenario, "--must-fail"); !can.ok()) return can.error();
  return scenario;
}

/// What is left of a run is told beside all others.
void end_session(const Session& session, const Options& options) {
  discard_if_empty(session.directory);
  if (std::filesystem::exists(session.directory)) renew_index(std::filesystem::absolute(options.runs));
}

/// Somebody who was asked did not want to go on; or a signal came while we waited for an answer.
Outcome left(const Interrupt& interrupt) {
  if (interrupt.raised()) return interrupted_error("drill");
  fmt::print("Nothing was broken.\n");
  return exit_code::aborted;
}

/// A drill whose scenario is known and may be begun.
class Drill {
 public:
  /// `console`: null when nobody is to be asked.
  Drill(const Options& options, Console* console, Interrupt& interrupt)
      : options_(options), console_(console), interrupt_(interrupt) {}

  Outcome run(const Scenario& scenario) {
    const auto session = open_session(options_, scenario.name);
    if (!session.ok()) return session.error();
    Workbench& bench = *session->bench;
    const auto up = bench.clusters().up(options_.cluster, scenario.topologies.front(),
                                        session->directory / artefact::logs, interrupt_);
    Outcome outcome = up.ok() ? on_cluster(bench, scenario, session->directory) : Outcome(up.error());
    end_session(*session, options_);
    if (!up.ok()) return remove_unfinished(bench, options_, up.error());
    if (options_.keep && outcome.ok() && !interrupt_.raised()) {
      progress(fmt::format("cluster {} stays up (remove it: make cluster-down)", options_.cluster));
      return outcome;
    }
    const bool refused = !outcome.ok() && outcome.error().kind == ErrorKind::usage;
    return options_.keep && refused ? outcome : remove_cluster(bench, options_, std::move(outcome));
  }

 private:
  Outcome on_cluster(Workbench& bench, const Scenario& scenario, const std::filesystem::path& directory) {
    Manner manner{hypothesis_of(options_), live::Surroundings::here()};
    if (console_ != nullptr) {
      // As a run does: what is up knows its nodes, and only attaching finds what is reached in it.
      const auto cluster = bench.clusters().attach(options_.cluster, interrupt_);
      if (!cluster.ok()) return cluster.error();
      auto agreed = agree_to_break(*console_, bench, options_, scenario, *cluster, interrupt_);
      if (!agreed.ok()) return agreed.error();
      if (!*agreed) return left(interrupt_);
      manner.hypothesis = std::move(*agreed);
    }
    return run_and_print(bench, options_, scenario, directory, manner, interrupt_);
  }

  const Options& options_;
  Console* console_;
  Interrupt& interrupt_;
};

}  // namespace

Outcome run_scenario(const Options& options, Interrupt& interrupt) {
  const auto scenario = find_judged(options);
  if (!scenario.ok()) return scenario.error();
  const auto session = open_session(options, scenario->name);
  if (!session.ok()) return session.error();
  Outcome outcome = run_and_print(*session->bench, options, *scenario, session->directory, {}, interrupt);
  end_session(*session, options);
  return outcome;
}

Outcome drill(const Options& given, Interrupt& interrupt) {
  Options options = given;
  // What is shown before has to be what is done.
  options.seed = seed_of(given);
  TerminalConsole console(interrupt);
  const bool ask = live::Surroundings::here().terminal && !options.yes;
  if (options.scenario.empty() && ask) {
    const auto chosen = choose_scenario(console, options);
    if (!chosen) return left(interrupt);
    options.scenario = *chosen;
  }
  if (options.scenario.empty())
    return usage_error("drill",
                       "which scenario? `hadrill list scenarios` has all; without a terminal, or with --yes, "
                       "nobody is asked");
  auto scenario = find_judged(options);
  if (!scenario.ok()) return scenario.error();
  if (!options.topology.empty()) scenario = scenario_on(std::move(*scenario), options.topology);
  if (!scenario.ok()) return scenario.error();
  if (ask && !agree_to_begin(console, options, *scenario)) return left(interrupt);
  return Drill(options, ask ? &console : nullptr, interrupt).run(*scenario);
}

}  // namespace hadrill::cli
