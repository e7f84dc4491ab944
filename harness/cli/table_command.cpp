// hadrill table: stored runs side by side, judged anew.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "cli/workbench.hpp"
#include "report/suite_report.hpp"
#include "run/judge_directory.hpp"
#include "run/run_directory.hpp"
#include "run/stored_trials.hpp"
#include "scenario/load.hpp"

namespace hadrill::cli {
namespace {

namespace fs = std::filesystem;

SuiteTrial read_trial(const fs::path& directory, const Capabilities& known) {
  SuiteTrial trial;
  trial.directory = directory.string();
  const auto scenario = load_scenario_file(directory / artefact::scenario, known);
  trial.scenario = scenario.ok() ? scenario->name : directory.parent_path().filename().string();
  trial.topology = scenario.ok() ? scenario->topologies.front() : "?";
  trial.expected = read_expectation(read_environment(directory));
  auto judged = judge_directory(directory, false);
  if (judged.ok()) {
    trial.verdict = std::move(judged->verdict);
  } else {
    trial.trouble = judged.error().text();
  }
  return trial;
}

}  // namespace

Outcome table(const Options& options) {
  std::set<fs::path> directories;
  for (const std::string& root : options.files) {
    const auto found = runs_of(root);
    if (!found.ok()) return found.error();
    directories.insert(found->begin(), found->end());
  }
  const Capabilities known = capabilities(options);
  std::vector<SuiteTrial> trials;
  // Some runs a second.
  constexpr auto kBetweenReports = std::chrono::seconds(3);
  const MonotonicClock clock;
  Instant next_report = clock.now() + kBetweenReports;
  for (const fs::path& directory : directories) {
    if (clock.now() >= next_report) {
      progress(fmt::format("judging: {} of {} runs done", trials.size(), directories.size()));
      next_report = clock.now() + kBetweenReports;
    }
    trials.push_back(read_trial(directory, known));
    const SuiteTrial& last = trials.back();
    trials.back().trial = static_cast<int>(std::count_if(trials.begin(), trials.end(), [&](const SuiteTrial& other) {
      return other.scenario == last.scenario && other.topology == last.topology;
    }));
  }
  fmt::print("{}", suite_table(trials));
  return suite_exit_code(trials);
}

}  // namespace hadrill::cli
