// hadrill(1): a hand-written frame, filled with every command and option.
#include <fmt/format.h>

#include "cli/app.hpp"
#include "cli/command_line.hpp"
#include "cli/command_text.hpp"

namespace hadrill {
/// docs/man/hadrill.1.in as it was when this library was built.
std::string_view manual_frame();
}  // namespace hadrill

namespace hadrill::cli {
namespace {

/// Text that roff prints as it is.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) {
      out += std::string("\\&") + c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string bold(const std::string& text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + roff(text) + "\\fR"; }

/// "--pace N", "[SCENARIO]", "FILE ..." as roff; a choice is shown by its words.
std::string usage_of(const OptionText& option) {
  const bool is_argument = !option.name.starts_with('-');
  std::string value = italic(option.value);
  if (!option.choices.empty()) {
    value.clear();
    for (const std::string& choice : option.choices) value += (value.empty() ? "" : "|") + bold(choice);
  }
  if (!is_argument) return bold(option.name) + (option.value.empty() ? "" : " " + value);
  if (option.repeated) value += " ...";
  return option.required ? value : "[" + value + "]";
}

std::string entry_of(const OptionText& option) {
  std::string meaning = option.meaning;
  if (!option.bounds.empty()) meaning += "; " + option.bounds;
  if (!option.otherwise.empty()) meaning += " (default: " + option.otherwise + ")";
  return fmt::format(".TP\n{}\n{}.\n", usage_of(option), roff(meaning));
}

std::string command_section(const CommandText& command) {
  std::string usage = bold("hadrill " + command.path) + " [" + italic("OPTIONS") + "]";
  for (const OptionText& argument : command.arguments) usage += " " + usage_of(argument);
  std::string out =
      fmt::format(".SS {}\n{}\n.PP\n{}.\n", roff("hadrill " + command.path), usage, roff(command.summary));
  for (const OptionText& argument : command.arguments) out += entry_of(argument);
  for (const OptionText& option : command.options) {
    if (option.name != "--help") out += entry_of(option);
  }
  return out;
}

std::string example_section() {
  std::string out;
  for (const Example& example : examples()) {
    if (example.command.empty()) continue;
    out += fmt::format(".TP\n{}\n{}.\n", bold(example.typed), roff(example.meaning));
  }
  return out;
}

void replace(std::string& text, const std::string& mark, const std::string& by) {
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + by.size()))
    text.replace(at, mark.size(), by);
}

}  // namespace

std::string manual_page() {
  std::string commands;
  std::string options;
  for (const CommandText& command : command_texts()) {
    if (command.path.empty()) {
      for (const OptionText& option : command.options) options += entry_of(option);
    } else if (command.below.empty()) {
      commands += command_section(command);
    }
  }
  std::string page(manual_frame());
  replace(page, "@VERSION@", roff(HADRILL_VERSION));
  replace(page, "@COMMANDS@\n", commands);
  replace(page, "@OPTIONS@\n", options);
  replace(page, "@EXAMPLES@\n", example_section());
  return page;
}

Outcome manual(const Options& /*options*/) {
  fmt::print("{}", manual_page());
  return exit_code::pass;
}

}  // namespace hadrill::cli
