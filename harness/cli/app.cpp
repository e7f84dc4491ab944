#include "cli/app.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <cstdlib>

#include "cli/command_line.hpp"
#include "cli/places.hpp"

namespace hadrill::cli {
namespace {

/// Command-line parsing with the exit code of the house: 64 whenever the arguments are wrong.
int parse_failure(const CLI::App& app, const CLI::ParseError& failure) {
  const int code = app.exit(failure);
  return code == 0 ? exit_code::pass : exit_code::usage;
}

void set_up_logging() {
  auto logger = spdlog::stderr_logger_st("hadrill");
  logger->set_pattern("%H:%M:%S %v");
  spdlog::set_default_logger(std::move(logger));
}

std::filesystem::path default_home() {
  const char* home = std::getenv("HADRILL_HOME");  // NOLINT(concurrency-mt-unsafe): before any thread
  return home_of(own_executable(), home, HADRILL_SOURCE_DIR);
}

}  // namespace

int exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return exit_code::usage;
    case ErrorKind::infrastructure:
      return exit_code::infrastructure;
    case ErrorKind::interrupted:
      return exit_code::interrupted;
    case ErrorKind::cleanup:
      return exit_code::cleanup_incomplete;
  }
  return exit_code::infrastructure;
}

int run(int argc, char** argv) {
  set_up_logging();
  Interrupt interrupt;
  const SignalGuard signals(interrupt);
  Options options;
  options.home = default_home();
  std::function<Outcome()> chosen;
  CLI::App app{kPurpose};
  describe_command_line({app, options, interrupt, chosen});
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    return parse_failure(app, failure);
  }
  const Outcome outcome = chosen();
  if (outcome.ok()) return *outcome;
  fmt::print(stderr, "error: {}\n", outcome.error().text());
  return exit_code_of(outcome.error().kind);
}

}  // namespace hadrill::cli
