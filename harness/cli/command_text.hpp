// Owns the commands as text: what the manual and the shells' completion are made of, read from what is parsed.
#pragma once

#include <string>
#include <vector>

namespace hadrill::cli {

/// An option or an argument.
struct OptionText {
  std::string name;                  ///< "--seed"; of an argument what it is called
  std::string value;                 ///< a word for it (cli/command_line.hpp, value); empty for a flag
  std::vector<std::string> choices;  ///< if only these may be given
  std::string bounds;                ///< "10 to 100"; empty without
  std::string meaning;
  std::string otherwise;  ///< the default, as text; empty without
  bool required = false;
  bool repeated = false;  ///< an argument that takes all words that are left
};

struct CommandText {
  std::string path;  ///< "cluster up"; empty for the program itself
  std::string summary;
  std::vector<OptionText> options;
  std::vector<OptionText> arguments;
  std::vector<std::string> below;  ///< names of the commands below it
};

/// The program and all commands that --help shows, each before those below it. Says the same on every machine.
std::vector<CommandText> command_texts();

/// hadrill(1), as roff for man.
std::string manual_page();

/// The completion for "bash" or "zsh".
std::string completion_script(const std::string& shell);

}  // namespace hadrill::cli
