// The commands that work on clusters and on this machine.
#include "base/duration.hpp"
#include "cli/command_line.hpp"
#include "scenario/pace.hpp"

namespace hadrill::cli {
namespace {

void add_seed(CLI::App* command, Options& options, const char* meaning) {
  command->add_option("--seed", options.seed, meaning)->type_name(value::number);
}

void add_pace(CLI::App* command, Options& options) {
  command->add_option("--pace", options.pace, "Percent of the probers' load, for machines without room for all of it")
      ->type_name(value::number)
      ->check(CLI::Range(kSlowestPace, kFullPace))
      ->capture_default_str();
}

/// Returns the argument.
CLI::Option* add_scenario(CLI::App* command, Options& options,
                          const char* meaning = "A scenario file, or the name of one in scenarios/") {
  auto* scenario = command->add_option("scenario", options.scenario, meaning)->type_name(value::scenario);
  add_seed(command, options, "Seed of every random choice (default: drawn and printed)");
  add_pace(command, options);
  return scenario;
}

/// What a drill would ask.
void add_answers(CLI::App* command, Options& options) {
  command->add_flag("--yes", options.yes, "Ask nothing, also on a terminal");
  command
      ->add_option("--hypothesis", options.hypothesis, "What users will notice, in your words: shown beside the result")
      ->type_name(value::text);
  command
      ->add_option("--expected-outage", options.expected_outage,
                   "The longest outage that users will see, e.g. 5s: held or not, the result says")
      ->type_name(value::duration)
      ->check([](const std::string& text) {
        const auto duration = parse_duration(text);
        return duration.ok() ? std::string() : duration.error().text();
      });
}

void add_expect(CLI::App* command, Options& options) {
  Expectation& expected = options.expected;
  auto* verdict = command
                      ->add_option_function<std::string>(
                          "--expect", [&expected](const std::string& word) { expected.fail = word == "fail"; },
                          "fail: a known-bad control, where only the verdict fail is right")
                      ->type_name(value::word)
                      ->check(CLI::IsMember({"pass", "fail"}))
                      ->default_str("pass");
  auto* must = command
                   ->add_option_function<std::vector<std::string>>(
                       "--must-fail",
                       [&expected](const std::vector<std::string>& ids) {
                         expected.fail = true;
                         expected.must = ids;
                       },
                       "A known-bad control, right only when these findings fail (SLIs, or gates such as identities; "
                       "with commas between them) and no others")
                   ->type_name(value::finding)
                   ->delimiter(',')
                   ->allow_extra_args(false)
                   ->excludes(verdict);
  command->add_option("--may-fail", expected.may, "Findings that may fail beside those of --must-fail")
      ->type_name(value::finding)
      ->delimiter(',')
      ->allow_extra_args(false)
      ->needs(must);
}

void describe_trials(const CommandLine& line) {
  Options& options = line.options;
  auto* drill_command =
      line.app.add_subcommand("drill", "Bring a cluster up, run a scenario on it, report, remove the cluster");
  add_scenario(drill_command, options,
               "A scenario file, or the name of one in scenarios/ (default: on a terminal, chosen from a list)");
  add_cluster(drill_command, options);
  add_runs(drill_command, options);
  drill_command->add_option("--topology", options.topology, "One that the scenario fits (default: its first one)")
      ->type_name(value::topology);
  add_expect(drill_command, options);
  drill_command->add_flag("--keep", options.keep, "Leave the cluster up afterwards");
  add_answers(drill_command, options);
  on(drill_command, line, drill);

  auto* run_command = line.app.add_subcommand("run", "Run a scenario on a cluster that is up (hadrill cluster up)");
  add_scenario(run_command, options)->required();
  add_cluster(run_command, options);
  add_runs(run_command, options);
  add_expect(run_command, options);
  on(run_command, line, run_scenario);

  auto* plan_command = line.app.add_subcommand("plan", "Dry run: what `run` would do, without doing it");
  add_scenario(plan_command, options)->required();
  add_cluster(plan_command, options);
  on(plan_command, line, plan);
}

void describe_suite(const CommandLine& line) {
  Options& options = line.options;
  auto* command = line.app.add_subcommand("suite", "Run scenarios one after another on clusters made for them");
  command->add_option("suite", options.suite, "A suite file, or the name of one in scenarios/suites/")
      ->type_name(value::suite)
      ->required();
  add_seed(command, options, "Seed of the first trial; the next ones count up");
  command->add_option("--trials", options.trials, "How often each scenario runs (default: what the suite says)")
      ->type_name(value::number)
      ->check(CLI::Range(1, 100));
  command->add_option("--shard", options.shard, "Only one part of it, e.g. 2/4: the second of four machines")
      ->type_name("I/N");
  add_cluster(command, options);
  add_runs(command, options);
  add_pace(command, options);
  command->add_flag("--keep", options.keep, "Leave the last cluster up afterwards");
  on(command, line, run_suite);
}

void describe_heal(const CommandLine& line) {
  auto* command = line.app.add_subcommand(
      "heal", "Undo every fault that is left on our clusters, whatever became of the run that made it");
  auto* cluster = command->add_option("--cluster", line.options.cluster, "One cluster (default: every one of ours)")
                      ->type_name(value::name);
  command->callback([line, cluster] {
    line.options.every_cluster = cluster->count() == 0;
    line.chosen = [line] { return heal(line.options, line.interrupt); };
  });
  // Started by a run, never by people: an empty group keeps it out of --help.
  auto* guard_process = line.app.add_subcommand("guard", "Undo faults made through the engine when the run dies");
  guard_process->group("");
  add_cluster(guard_process, line.options);
  on(guard_process, line, guard);
}

void describe_calibrate(const CommandLine& line) {
  Options& options = line.options;
  auto* command = line.app.add_subcommand(
      "calibrate", "Measure outages of known length on this machine: how well later runs measure here");
  command->add_flag("--load", options.load, "With all cores busy: has to be right, or say that it cannot");
  command->add_option("--out", options.output, "A file for the result (default: where runs look for it)")
      ->type_name(value::file);
  command->add_option("--case", options.cases, "Only this case; may be given more than once")->type_name(value::name);
  add_seed(command, options, "Seed of the probers' slots (default: drawn)");
  add_runs(command, options);
  on(command, line, calibrate_instrument);
}

void describe_cluster(const CommandLine& line) {
  Options& options = line.options;
  auto* command = line.app.add_subcommand("cluster", "Bring a cluster up, look at it, remove it");
  command->require_subcommand(1);
  auto* up = command->add_subcommand("up", "Create the cluster, or reuse ours when it is ready");
  add_cluster(up, options);
  add_runs(up, options);
  up->add_option("--topology", options.topology, "A name below kind-configs/topologies (default: stacked)")
      ->type_name(value::topology);
  on(up, line, cluster_up);
  auto* down = command->add_subcommand("down", "Remove our cluster and everything it left");
  add_cluster(down, options);
  on(down, line, cluster_down);
  auto* status = command->add_subcommand("status", "Which conditions of full redundancy hold");
  add_cluster(status, options);
  on(status, line, cluster_status);
}

}  // namespace

void describe_cluster_commands(const CommandLine& line) {
  describe_trials(line);
  describe_suite(line);
  describe_cluster(line);
  describe_heal(line);
  describe_calibrate(line);
}

}  // namespace hadrill::cli
