// The commands about stored trials. They touch no cluster.
#include "cli/command_line.hpp"

namespace hadrill::cli {
namespace {

void describe_judge(const CommandLine& line) {
  Options& options = line.options;
  auto* judge_command = line.app.add_subcommand("judge", "Verdict and reports again from a stored run");
  judge_command->add_option("directory", options.directory, "A run directory, e.g. runs/apiserver-kill/latest")
      ->type_name(value::directory)
      ->required();
  on(judge_command, line, judge);

  auto* table_command =
      line.app.add_subcommand("table", "Stored runs side by side: every SLO over all trials of its scenario");
  table_command->add_option("runs", options.files, "Folders with run directories in them, e.g. runs")
      ->type_name(value::directory)
      ->required();
  on(table_command, line, table);
}

void describe_compare(const CommandLine& line) {
  Options& options = line.options;
  auto* command = line.app.add_subcommand("compare", "Which SLIs changed between two sets of stored trials");
  auto* sides = command->add_option("sides", options.files, "BASE and NEW: each a root, a suite's or a run's directory")
                    ->type_name(value::directory);
  sides->expected(2);
  auto* history = command
                      ->add_option("--against-history", options.history,
                                   "Instead: the newest trials of this root against those before them")
                      ->type_name(value::directory);
  history->excludes(sides);
  command->add_option("--last", options.last, "How many trials of a scenario are the newest")
      ->type_name(value::number)
      ->needs(history)
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--level", options.level, "Most that the adjusted p of a change may be")
      ->type_name("P")
      ->check(CLI::Range(0.0001, 0.2))
      ->capture_default_str();
  command
      ->add_option("--relevant", options.relevant,
                   "From which shift on a change matters: 15% of the base's median, or a time such as 500ms "
                   "(default: 10%, and no less than 1s, 1 % of an availability, or the width of the error bars)")
      ->type_name("SHIFT");
  command->add_flag("--phases", options.phases, "T1 to T6 as well as SLIs");
  command->add_flag("--force", options.force, "Compare although machines or the probers' pace differ");
  command->add_option("--json", options.json, "A file for the result")->type_name(value::file);
  command->add_flag("--markdown", options.markdown, "Print Markdown");
  on(command, line, compare);
}

void describe_export(const CommandLine& line) {
  Options& options = line.options;
  auto* command = line.app.add_subcommand("export", "The samples of a stored run as text, a line each");
  command->add_option("directory", options.directory, "A run directory")->type_name(value::directory)->required();
  auto* format = command->add_option_group("format");
  format->add_flag("--csv", options.csv, "As CSV with a line of names");
  format->add_flag("--jsonl", options.jsonl, "As JSON objects, one per line");
  format->require_option(1);
  command->add_option("--output", options.output, "A file to write (default: standard output)")->type_name(value::file);
  on(command, line, export_samples);
}

void describe_trend(const CommandLine& line) {
  Options& options = line.options;
  auto* trials_command =
      line.app.add_subcommand("trials", "Write trials.csv, and otava/ for Apache Otava, from all trials of a root");
  trials_command->add_option("runs", options.files, "Folders with run directories in them, e.g. runs")
      ->type_name(value::directory)
      ->required();
  on(trials_command, line, write_trials);

  auto* metrics_command = line.app.add_subcommand(
      "metrics", "Write metrics.prom, for a textfile collector, and metrics.om: the newest trial of each scenario");
  metrics_command->add_option("directory", options.directory, "A root, a suite's or a run's directory")
      ->type_name(value::directory)
      ->required();
  metrics_command->add_option("--into", options.output, "Folder to write them into (default: the directory)")
      ->type_name(value::directory);
  on(metrics_command, line, write_metrics);

  auto* index_command =
      line.app.add_subcommand("index", "Write index.html: all trials of a root side by side, and what is red");
  index_command->add_option("directory", options.runs, "A root, or a suite's directory")
      ->type_name(value::directory)
      ->capture_default_str();
  on(index_command, line, write_index);

  auto* bundle_command = line.app.add_subcommand("bundle", "Everything about a run, a suite or a root in one archive");
  bundle_command->add_option("directory", options.directory, "A root, a suite's or a run's directory")
      ->type_name(value::directory)
      ->required();
  bundle_command->add_option("--out", options.output, "The archive (default: NAME.tar.gz in the working directory)")
      ->type_name(value::file);
  bundle_command->add_flag_callback(
      "--without-samples", [line] { line.options.samples = false; }, "Leave out what only hadrill judge needs");
  on(bundle_command, line, bundle);
}

}  // namespace

void describe_trial_commands(const CommandLine& line) {
  describe_judge(line);
  describe_compare(line);
  describe_export(line);
  describe_trend(line);
}

}  // namespace hadrill::cli
