// Owns which commands there are, with their options, values and examples: what is parsed, what --help, the manual and
// the shells' completion tell, all from one description.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "cli/commands.hpp"

namespace hadrill::cli {

/// What the program is for, in a sentence.
inline constexpr const char* kPurpose =
    "Breaks a highly available Kubernetes cluster on purpose and measures how long anybody was hurt.";

/// What the description of a command needs to refer to. Everything outlives the parsing.
struct CommandLine {
  CLI::App& app;
  Options& options;
  Interrupt& interrupt;
  std::function<Outcome()>& chosen;  ///< becomes the command that was named
};

/// What the values of options and arguments are called in --help. Shells complete them by these words.
namespace value {
inline constexpr const char* scenario = "SCENARIO";
inline constexpr const char* suite = "SUITE";
inline constexpr const char* topology = "TOPOLOGY";
inline constexpr const char* scenario_or_suite = "SCENARIO|SUITE";
inline constexpr const char* directory = "DIR";
inline constexpr const char* file = "FILE";
inline constexpr const char* name = "NAME";
inline constexpr const char* number = "N";
inline constexpr const char* duration = "DURATION";
inline constexpr const char* text = "TEXT";
inline constexpr const char* thing = "THING";
inline constexpr const char* finding = "FINDING";
/// One of those that its validator names.
inline constexpr const char* word = "WORD";
}  // namespace value

/// All commands.
void describe_command_line(const CommandLine& line);
/// Those that work on clusters and on this machine.
void describe_cluster_commands(const CommandLine& line);
/// Those about stored trials. They touch no cluster.
void describe_trial_commands(const CommandLine& line);
/// Those about what there is: scenarios, faults, the shell's completion.
void describe_reference_commands(const CommandLine& line);

/// Makes `command` do `action` when it is the one that is named.
void on(CLI::App* command, const CommandLine& line, Outcome (*action)(const Options&));
void on(CLI::App* command, const CommandLine& line, Outcome (*action)(const Options&, Interrupt&));

void add_cluster(CLI::App* command, Options& options);
void add_runs(CLI::App* command, Options& options);

/// One way to call a command: what is typed, and why.
struct Example {
  std::string command;  ///< path of the command it is about, e.g. "cluster up"
  std::string typed;
  std::string meaning;
};

/// Examples of every command, those of one beside each other.
const std::vector<Example>& examples();

}  // namespace hadrill::cli
