// Completion for shells: hand-written rules, and a table of every command and option.
#include <fmt/format.h>

#include "cli/app.hpp"
#include "cli/command_text.hpp"
#include "cli/commands.hpp"

namespace hadrill {
/// The files of completion/ as they were when this library was built.
std::string_view completion_rules();
std::string_view completion_for_bash();
std::string_view completion_for_zsh();
}  // namespace hadrill

namespace hadrill::cli {
namespace {

/// What completes a value: its name, or the words that it may be: "{pass,fail}". "-" for a flag.
std::string completed_by(const OptionText& option) {
  if (!option.choices.empty()) return fmt::format("{{{}}}", fmt::join(option.choices, ","));
  return option.value.empty() ? "-" : option.value;
}

/// A line per thing that may follow the command, as the rules read them.
std::string table_entry(const CommandText& command) {
  std::string lines;
  const auto add = [&lines](const std::string& line) { lines += fmt::format(" \\\n        '{}'", line); };
  for (const std::string& name : command.below) add("command " + name + " -");
  int place = 1;
  for (const OptionText& argument : command.arguments) {
    add(fmt::format("argument {} {}", place++, completed_by(argument)));
    if (argument.repeated) add("argument + " + completed_by(argument));
  }
  for (const OptionText& option : command.options) add(fmt::format("option {} {}", option.name, completed_by(option)));
  return fmt::format("    '{}')\n      printf '%s\\n'{}\n      ;;\n", command.path, lines);
}

}  // namespace

std::string completion_script(const std::string& shell) {
  std::string table = "_hadrill_table() {\n  case $1 in\n";
  for (const CommandText& command : command_texts()) table += table_entry(command);
  table += "  esac\n}\n";
  std::string script = shell == "zsh" ? "#compdef hadrill\n" : "# shellcheck shell=bash\n";
  script += "# Completion of hadrill for " + shell + ", made by `hadrill completion " + shell + "`.\n\n";
  script += "# _hadrill_table COMMAND: what may follow it, a line each: kind, name or place, value.\n" + table;
  return script + "\n" + std::string(completion_rules()) + "\n" +
         std::string(shell == "zsh" ? completion_for_zsh() : completion_for_bash());
}

Outcome completion(const Options& options) {
  fmt::print("{}", completion_script(options.shell));
  return exit_code::pass;
}

}  // namespace hadrill::cli
