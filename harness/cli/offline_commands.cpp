#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "check/verdict.hpp"
#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "cli/workbench.hpp"
#include "fault/catalogue.hpp"
#include "run/judge_directory.hpp"

namespace hadrill::cli {
namespace {

namespace fs = std::filesystem;

/// Names of the YAML files in `folder`, without the ending.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code missing;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, missing)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void print_list(const char* title, const std::vector<std::string>& names) {
  fmt::print("{}:\n", title);
  for (const std::string& name : names) fmt::print("  {}\n", name);
}

}  // namespace

Capabilities capabilities(const Options& options) {
  return {fault_names(), names_in(options.home / "kind-configs" / "topologies")};
}

Result<Scenario> find_scenario(const Options& options) {
  fs::path path = options.scenario;
  if (!fs::exists(path)) {
    const fs::path named = options.home / "scenarios" / (options.scenario + ".yaml");
    if (!fs::exists(named)) {
      return usage_error("scenario", fmt::format("neither a file nor a scenario in {}: \"{}\"; there are: {}",
                                                 (options.home / "scenarios").string(), options.scenario,
                                                 fmt::join(names_in(options.home / "scenarios"), ", ")));
    }
    path = named;
  }
  return load_scenario_file(path, capabilities(options));
}

Outcome judge(const Options& options) {
  const auto judged = judge_directory(options.directory, isatty(STDOUT_FILENO) == 1);
  if (!judged.ok()) return judged.error();
  fmt::print("{}", judged->summary);
  return hadrill::exit_code(judged->verdict);
}

Outcome validate(const Options& options) {
  int worst = exit_code::pass;
  for (const std::string& file : options.files) {
    const auto scenario = load_scenario_file(file, capabilities(options));
    if (scenario.ok()) {
      fmt::print("{}: fine\n", file);
    } else {
      fmt::print(stderr, "error: {}\n", scenario.error().text());
      worst = exit_code_of(scenario.error().kind);
    }
  }
  return worst;
}

Outcome list(const Options& options) {
  print_list("scenarios", names_in(options.home / "scenarios"));
  print_list("topologies", names_in(options.home / "kind-configs" / "topologies"));
  print_list("faults", fault_names());
  return exit_code::pass;
}

}  // namespace hadrill::cli
