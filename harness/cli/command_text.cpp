#include "cli/command_text.hpp"

#include <algorithm>

#include "cli/command_line.hpp"

namespace hadrill::cli {
namespace {

/// "a,b" as its words.
std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> words;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(at, begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

/// What CLI11 makes of a value's name and its validators: "WORD:{pass,fail}", "N:INT in [10 - 100]".
void read_value(const std::string& described, OptionText& out) {
  const std::size_t colon = described.find(':');
  out.value = described.substr(0, colon);
  if (colon == std::string::npos) return;
  const std::string rule = described.substr(colon + 1);
  if (rule.starts_with('{') && rule.ends_with('}')) out.choices = split(rule.substr(1, rule.size() - 2), ',');
  const std::size_t from = rule.find('[');
  const std::size_t dash = rule.find(" - ");
  const std::size_t to = rule.find(']');
  if (from == std::string::npos || dash == std::string::npos || to == std::string::npos) return;
  out.bounds = rule.substr(from + 1, dash - from - 1) + " to " + rule.substr(dash + 3, to - dash - 3);
}

OptionText text_of(const CLI::Option& option) {
  OptionText out;
  out.name = (option.get_positional() ? "" : "--") + option.get_single_name();
  if (option.get_type_size() != 0) read_value(option.get_type_name(), out);
  out.meaning = option.get_description();
  out.otherwise = option.get_default_str();
  out.required = option.get_required();
  out.repeated = option.get_items_expected_max() > 1;
  return out;
}

std::vector<CLI::App*> all_below(CLI::App& command) {
  return command.get_subcommands([](const CLI::App*) { return true; });
}

void add_options(CLI::App& command, CommandText& text) {
  for (const CLI::Option* option : command.get_options()) {
    const bool is_argument = option->get_positional();
    (is_argument ? text.arguments : text.options).push_back(text_of(*option));
  }
  // A group of options is a command without a name.
  for (CLI::App* group : all_below(command)) {
    if (group->get_name().empty()) add_options(*group, text);
  }
}

void add_commands(CLI::App& command, const std::string& path, std::vector<CommandText>& out) {
  CommandText text{path, command.get_description(), {}, {}, {}};
  add_options(command, text);
  std::vector<CLI::App*> shown;
  for (CLI::App* below : all_below(command)) {
    if (below->get_name().empty() || below->get_group().empty()) continue;
    text.below.push_back(below->get_name());
    shown.push_back(below);
  }
  out.push_back(std::move(text));
  for (CLI::App* below : shown)
    add_commands(*below, path.empty() ? below->get_name() : path + " " + below->get_name(), out);
}

}  // namespace

std::vector<CommandText> command_texts() {
  Options options;
  options.home = "PREFIX/share/hadrill";
  Interrupt interrupt;
  std::function<Outcome()> chosen;
  CLI::App app{kPurpose};
  describe_command_line({app, options, interrupt, chosen});
  std::vector<CommandText> out;
  add_commands(app, "", out);
  return out;
}

}  // namespace hadrill::cli
