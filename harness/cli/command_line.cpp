#include "cli/command_line.hpp"

#include <fmt/format.h>

namespace hadrill::cli {
namespace {

/// Puts its examples below the --help of `command` and of those below it.
void add_examples(CLI::App& command, const std::string& path) {
  std::string lines;
  for (const Example& example : examples()) {
    if (example.command == path) lines += fmt::format("  {}\n      {}\n", example.typed, example.meaning);
  }
  if (!lines.empty()) command.footer("Examples:\n" + lines);
  for (CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; })) {
    // Groups of options are commands without a name.
    if (!below->get_name().empty())
      add_examples(*below, path.empty() ? below->get_name() : path + " " + below->get_name());
  }
}

}  // namespace

void on(CLI::App* command, const CommandLine& line, Outcome (*action)(const Options&)) {
  command->callback([line, action] { line.chosen = [line, action] { return action(line.options); }; });
}

void on(CLI::App* command, const CommandLine& line, Outcome (*action)(const Options&, Interrupt&)) {
  command->callback([line, action] { line.chosen = [line, action] { return action(line.options, line.interrupt); }; });
}

void add_cluster(CLI::App* command, Options& options) {
  command->add_option("--cluster", options.cluster, "Name of the kind cluster")
      ->type_name(value::name)
      ->capture_default_str();
}

void add_runs(CLI::App* command, Options& options) {
  command->add_option("--runs", options.runs, "Folder for run directories")
      ->type_name(value::directory)
      ->capture_default_str();
}

void describe_command_line(const CommandLine& line) {
  line.app.name("hadrill");
  line.app.add_option("--home", line.options.home, "The project: scenarios/ and kind-configs/ below it")
      ->type_name(value::directory)
      ->capture_default_str();
  line.app.set_version_flag("--version", HADRILL_VERSION);
  line.app.require_subcommand(1);
  describe_cluster_commands(line);
  describe_trial_commands(line);
  describe_reference_commands(line);
  add_examples(line.app, "");
}

}  // namespace hadrill::cli
