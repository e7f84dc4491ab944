#include "cli/app.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>

#include "cli/commands.hpp"
#include "scenario/pace.hpp"

namespace hadrill::cli {
namespace {

/// Command-line parsing with the exit code of the house: 64 whenever the arguments are wrong.
int parse_failure(const CLI::App& app, const CLI::ParseError& failure) {
  const int code = app.exit(failure);
  return code == 0 ? exit_code::pass : exit_code::usage;
}

void set_up_logging() {
  auto logger = spdlog::stderr_logger_st("hadrill");
  logger->set_pattern("%H:%M:%S %v");
  spdlog::set_default_logger(std::move(logger));
}

std::filesystem::path default_home() {
  const char* home = std::getenv("HADRILL_HOME");  // NOLINT(concurrency-mt-unsafe): before any thread
  return home != nullptr ? home : HADRILL_SOURCE_DIR;
}

void add_pace(CLI::App* command, Options& options) {
  command->add_option("--pace", options.pace, "Percent of the probers' load, for machines without room for all of it")
      ->check(CLI::Range(kSlowestPace, kFullPace))
      ->capture_default_str();
}

void add_scenario(CLI::App* command, Options& options) {
  command->add_option("scenario", options.scenario, "A scenario file, or the name of one in scenarios/")->required();
  command->add_option("--seed", options.seed, "Seed of every random choice (default: drawn and printed)");
  add_pace(command, options);
}

void add_cluster(CLI::App* command, Options& options) {
  command->add_option("--cluster", options.cluster, "Name of the kind cluster")->capture_default_str();
}

void add_runs(CLI::App* command, Options& options) {
  command->add_option("--runs", options.runs, "Folder for run directories")->capture_default_str();
}

void add_expect(CLI::App* command, Options& options) {
  command->add_option("--expect", options.expect, "fail: a known-bad control, where only the verdict fail is right")
      ->check(CLI::IsMember({"pass", "fail"}))
      ->capture_default_str();
}

/// Commands about many stored trials. They touch no cluster.
void describe_trend(CLI::App& app, Options& options, std::function<Outcome()>& chosen) {
  auto* compare_command = app.add_subcommand("compare", "Which SLIs changed between two sets of stored trials");
  auto* sides =
      compare_command->add_option("sides", options.files, "BASE and NEW: each a root, a suite's or a run's directory");
  sides->expected(2);
  auto* history = compare_command->add_option("--against-history", options.history,
                                              "Instead: the newest trials of this root against those before them");
  history->excludes(sides);
  compare_command->add_option("--last", options.last, "How many trials of a scenario are the newest")
      ->needs(history)
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  compare_command->add_option("--level", options.level, "Most that the adjusted p of a change may be")
      ->check(CLI::Range(0.0001, 0.2))
      ->capture_default_str();
  compare_command->add_option("--relevant", options.relevant,
                              "From which shift on a change matters: 15% of the base's median, or a time such as 500ms "
                              "(default: 10%, and no less than the error bars are wide)");
  compare_command->add_flag("--phases", options.phases, "T1 to T6 as well as SLIs");
  compare_command->add_flag("--force", options.force, "Compare although machines or the probers' pace differ");
  compare_command->add_option("--json", options.json, "A file for the result");
  compare_command->add_flag("--markdown", options.markdown, "Print Markdown");
  compare_command->callback([&] { chosen = [&] { return compare(options); }; });

  auto* trials_command =
      app.add_subcommand("trials", "Write trials.csv, and otava/ for Apache Otava, from all trials of a root");
  trials_command->add_option("runs", options.files, "Folders with run directories in them, e.g. runs")->required();
  trials_command->callback([&] { chosen = [&] { return write_trials(options); }; });

  auto* metrics_command = app.add_subcommand(
      "metrics", "Write metrics.prom, for a textfile collector, and metrics.om: the newest trial of each scenario");
  metrics_command->add_option("directory", options.directory, "A root, a suite's or a run's directory")->required();
  metrics_command->add_option("--into", options.output, "Folder to write them into (default: the directory)");
  metrics_command->callback([&] { chosen = [&] { return write_metrics(options); }; });

  auto* bundle_command = app.add_subcommand("bundle", "Everything about a run, a suite or a root in one archive");
  bundle_command->add_option("directory", options.directory, "A root, a suite's or a run's directory")->required();
  bundle_command->add_option("--out", options.output, "The archive (default: NAME.tar.gz in the working directory)");
  bundle_command->add_flag_callback(
      "--without-samples", [&] { options.samples = false; }, "Leave out what only hadrill judge needs");
  bundle_command->callback([&] { chosen = [&] { return bundle(options); }; });
}

/// All commands with their options; `chosen` is set to the one that was named.
void describe(CLI::App& app, Options& options, Interrupt& interrupt, std::function<Outcome()>& chosen) {
  app.add_option("--home", options.home, "The project: scenarios/ and kind-configs/ below it")->capture_default_str();
  app.set_version_flag("--version", HADRILL_VERSION);
  app.require_subcommand(1);

  auto* drill_command =
      app.add_subcommand("drill", "Bring a cluster up, run a scenario on it, report, remove the cluster");
  add_scenario(drill_command, options);
  add_cluster(drill_command, options);
  add_runs(drill_command, options);
  drill_command->add_option("--topology", options.topology, "One that the scenario fits (default: its first one)");
  add_expect(drill_command, options);
  drill_command->add_flag("--keep", options.keep, "Leave the cluster up afterwards");
  drill_command->callback([&] { chosen = [&] { return drill(options, interrupt); }; });

  auto* run_command = app.add_subcommand("run", "Run a scenario on a cluster that is up (hadrill cluster up)");
  add_scenario(run_command, options);
  add_cluster(run_command, options);
  add_runs(run_command, options);
  add_expect(run_command, options);
  run_command->callback([&] { chosen = [&] { return run_scenario(options, interrupt); }; });

  auto* suite_command = app.add_subcommand("suite", "Run scenarios one after another on clusters made for them");
  suite_command->add_option("suite", options.suite, "A suite file, or the name of one in scenarios/suites/")
      ->required();
  suite_command->add_option("--seed", options.seed, "Seed of the first trial; the next ones count up");
  suite_command->add_option("--trials", options.trials, "How often each scenario runs (default: what the suite says)")
      ->check(CLI::Range(1, 100));
  suite_command->add_option("--shard", options.shard, "Only one part of it, e.g. 2/4: the second of four machines");
  add_cluster(suite_command, options);
  add_runs(suite_command, options);
  add_pace(suite_command, options);
  suite_command->add_flag("--keep", options.keep, "Leave the last cluster up afterwards");
  suite_command->callback([&] { chosen = [&] { return run_suite(options, interrupt); }; });

  auto* plan_command = app.add_subcommand("plan", "Dry run: what `run` would do, without doing it");
  add_scenario(plan_command, options);
  add_cluster(plan_command, options);
  plan_command->callback([&] { chosen = [&] { return plan(options, interrupt); }; });

  auto* heal_command = app.add_subcommand(
      "heal", "Undo every fault that is left on our clusters, whatever became of the run that made it");
  auto* heal_cluster =
      heal_command->add_option("--cluster", options.cluster, "One cluster (default: every one of ours)");
  heal_command->callback([&, heal_cluster] {
    options.every_cluster = heal_cluster->count() == 0;
    chosen = [&] { return heal(options, interrupt); };
  });
  // Started by a run, never by people: an empty group keeps it out of --help.
  auto* guard_process = app.add_subcommand("guard", "Undo faults made through the engine when the run dies");
  guard_process->group("");
  add_cluster(guard_process, options);
  guard_process->callback([&] { chosen = [&] { return guard(options, interrupt); }; });

  auto* judge_command = app.add_subcommand("judge", "Verdict and reports again from a stored run");
  judge_command->add_option("directory", options.directory, "A run directory, e.g. runs/apiserver-kill/latest")
      ->required();
  judge_command->callback([&] { chosen = [&] { return judge(options); }; });

  auto* table_command =
      app.add_subcommand("table", "Stored runs side by side: every SLO over all trials of its scenario");
  table_command->add_option("runs", options.files, "Folders with run directories in them, e.g. runs")->required();
  table_command->callback([&] { chosen = [&] { return table(options); }; });

  auto* export_command = app.add_subcommand("export", "The samples of a stored run as text, a line each");
  export_command->add_option("directory", options.directory, "A run directory")->required();
  auto* format = export_command->add_option_group("format");
  format->add_flag("--csv", options.csv, "As CSV with a line of names");
  format->add_flag("--jsonl", options.jsonl, "As JSON objects, one per line");
  format->require_option(1);
  export_command->add_option("--output", options.output, "A file to write (default: standard output)");
  export_command->callback([&] { chosen = [&] { return export_samples(options); }; });

  auto* calibrate_command = app.add_subcommand(
      "calibrate", "Measure outages of known length on this machine: how well later runs measure here");
  calibrate_command->add_flag("--load", options.load, "With all cores busy: has to be right, or say that it cannot");
  calibrate_command->add_option("--out", options.output, "A file for the result (default: where runs look for it)");
  calibrate_command->add_option("--case", options.cases, "Only this case; may be given more than once");
  calibrate_command->add_option("--seed", options.seed, "Seed of the probers' slots (default: drawn)");
  add_runs(calibrate_command, options);
  calibrate_command->callback([&] { chosen = [&] { return calibrate_instrument(options, interrupt); }; });

  auto* validate_command = app.add_subcommand("validate", "Check scenario and suite files");
  validate_command->add_option("files", options.files, "Scenario or suite files")->required();
  validate_command->callback([&] { chosen = [&] { return validate(options); }; });

  app.add_subcommand("list", "Scenarios, suites, topologies and faults")->callback([&] {
    chosen = [&] { return list(options); };
  });

  describe_trend(app, options, chosen);

  auto* cluster_command = app.add_subcommand("cluster", "Bring a cluster up, look at it, remove it");
  cluster_command->require_subcommand(1);
  auto* up = cluster_command->add_subcommand("up", "Create the cluster, or reuse ours when it is ready");
  add_cluster(up, options);
  add_runs(up, options);
  up->add_option("--topology", options.topology, "A name below kind-configs/topologies (default: stacked)");
  up->callback([&] { chosen = [&] { return cluster_up(options, interrupt); }; });
  auto* down = cluster_command->add_subcommand("down", "Remove our cluster and everything it left");
  add_cluster(down, options);
  down->callback([&] { chosen = [&] { return cluster_down(options, interrupt); }; });
  auto* status = cluster_command->add_subcommand("status", "Which conditions of full redundancy hold");
  add_cluster(status, options);
  status->callback([&] { chosen = [&] { return cluster_status(options, interrupt); }; });
}

}  // namespace

int exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return exit_code::usage;
    case ErrorKind::infrastructure:
      return exit_code::infrastructure;
    case ErrorKind::interrupted:
      return exit_code::interrupted;
    case ErrorKind::cleanup:
      return exit_code::cleanup_incomplete;
  }
  return exit_code::infrastructure;
}

int run(int argc, char** argv) {
  set_up_logging();
  Interrupt interrupt;
  const SignalGuard signals(interrupt);
  Options options;
  options.home = default_home();
  std::function<Outcome()> chosen;
  CLI::App app{"Breaks a highly available Kubernetes cluster on purpose and measures how long anybody was hurt."};
  describe(app, options, interrupt, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    return parse_failure(app, failure);
  }
  const Outcome outcome = chosen();
  if (outcome.ok()) return *outcome;
  fmt::print(stderr, "error: {}\n", outcome.error().text());
  return exit_code_of(outcome.error().kind);
}

}  // namespace hadrill::cli
