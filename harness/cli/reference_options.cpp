// The commands about what there is: scenarios, faults, SLIs.
#include "cli/command_line.hpp"

namespace hadrill::cli {

void describe_reference_commands(const CommandLine& line) {
  Options& options = line.options;
  auto* validate_command = line.app.add_subcommand("validate", "Check scenario and suite files");
  validate_command->add_option("files", options.files, "Scenario or suite files, or names of them")
      ->type_name(value::scenario_or_suite)
      ->required();
  on(validate_command, line, validate);

  auto* list_command = line.app.add_subcommand("list", "Scenarios, suites, topologies, faults and SLIs there are");
  list_command->add_option("what", options.list_what, "Only these, with what they mean (default: all, names only)")
      ->type_name(value::word)
      ->check(CLI::IsMember(listed_kinds()));
  list_command->add_option("names", options.files, "Only those of these names, with everything about them")
      ->type_name(value::thing);
  list_command->add_flag("--json", options.list_json, "As a JSON object with a list for each kind");
  on(list_command, line, list);

  auto* completion_command =
      line.app.add_subcommand("completion", "Print what a shell needs to complete command lines");
  completion_command->add_option("shell", options.shell, "Which shell")
      ->type_name(value::word)
      ->required()
      ->check(CLI::IsMember({"bash", "zsh"}));
  on(completion_command, line, completion);
  // The build makes man's page with it; people type `man hadrill`.
  auto* manual_command = line.app.add_subcommand("manual", "Print hadrill(1)");
  manual_command->group("");
  on(manual_command, line, manual);
}

}  // namespace hadrill::cli
