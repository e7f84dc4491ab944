#include "process/runner.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hadrill {
namespace {

constexpr std::size_t kErrorLines = 15;

std::string quoted(const std::string& word) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./:=,@%+").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

std::string command_line(const Command& command) {
  std::string out;
  for (const std::string& word : command.argv) out += (out.empty() ? "" : " ") + quoted(word);
  return out;
}

std::string last_lines(const std::string& text, std::size_t count) {
  std::size_t start = text.size();
  while (start > 0 && text[start - 1] == '\n') --start;
  const std::size_t end = start;
  for (std::size_t lines = 0; start > 0; --start) {
    if (text[start - 1] == '\n' && ++lines == count) break;
  }
  return text.substr(start, end - start);
}

Error failed_command(const std::string& where, const Command& command, const Completed& completed) {
  const std::string& said = completed.err.empty() ? completed.out : completed.err;
  return infrastructure_error(where,
                              fmt::format("`{}` ended with exit code {}", command_line(command), completed.exit_code),
                              last_lines(said, kErrorLines));
}

Result<Completed> run_checked(Runner& runner, const std::string& where, const Command& command,
                              const Interrupt& interrupt) {
  Result<Completed> completed = runner.run(command, interrupt);
  if (!completed.ok()) {
    Error error = completed.error();
    if (error.where.empty()) error.where = where;
    return error;
  }
  if (completed->exit_code != 0) return failed_command(where, command, *completed);
  return completed;
}

}  // namespace hadrill
