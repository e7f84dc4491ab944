// hadrill suite: scenarios one after another on clusters of our own, then one table over all of them.
#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "cli/trial_run.hpp"
#include "report/suite_report.hpp"
#include "run/run_directory.hpp"
#include "run/trend_files.hpp"
#include "scenario/shard.hpp"

namespace hadrill::cli {
namespace {

namespace fs = std::filesystem;

/// One trial to come.
struct Planned {
  Scenario scenario;
  std::string topology;
  int trial = 1;
  Expectation expected;
  std::uint64_t number = 0;  ///< in the whole suite, from 0: a part of it draws the same seeds as all of it
};

Result<Suite> find_suite(const Options& options) {
  const auto path = find_file("suite", options.suite, options.home / "scenarios" / "suites");
  return path.ok() ? load_suite_file(*path) : Result<Suite>(path.error());
}

/// The trials of one run of the suite, all on one machine: they are compared with each other.
Result<std::vector<Planned>> plan_run(const SuiteRun& run, const Options& options) {
  Options named = options;
  named.scenario = run.scenario;
  const auto scenario = find_scenario(named);
  if (!scenario.ok()) return scenario.error();
  const std::string topology = run.topology.empty() ? scenario->topologies.front() : run.topology;
  const auto fitting = scenario_on(*scenario, topology);
  if (!fitting.ok()) return fitting.error();
  if (const Status can = check_expectation(run.expected, *fitting, "expect of scenario " + run.scenario); !can.ok())
    return can.error();
  std::vector<Planned> planned;
  const int trials = options.trials.value_or(run.trials);
  for (int trial = 1; trial <= trials; ++trial) planned.push_back({*fitting, topology, trial, run.expected});
  return planned;
}

/// Everything the suite names is looked at before anything is begun; then what another machine does is left out.
Result<std::vector<Planned>> plan_suite(const Suite& suite, const Shard& shard, const Options& options) {
  std::vector<std::vector<Planned>> runs;
  std::vector<Duration> costs;
  std::uint64_t number = 0;
  for (const SuiteRun& run : suite.runs) {
    auto planned = plan_run(run, options);
    if (!planned.ok()) return planned.error();
    for (Planned& one : *planned) one.number = number++;
    costs.push_back(expected_duration(planned->front().scenario) * static_cast<int>(planned->size()));
    runs.push_back(std::move(*planned));
  }
  const std::vector<std::size_t> part = deal_out(costs, shard.count);
  std::vector<Planned> mine;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (part[i] + 1 == shard.index) mine.insert(mine.end(), runs[i].begin(), runs[i].end());
  }
  if (!mine.empty()) return mine;
  return usage_error("--shard", fmt::format("part {} of {} is empty: suite {} has {} runs", shard.index, shard.count,
                                            suite.name, suite.runs.size()));
}

/// Brings a cluster of the topology up, or uses the one that is there, and runs one trial on it.
SuiteTrial run_planned(Workbench& bench, const Options& options, const Planned& planned, std::uint64_t seed,
                       Interrupt& interrupt) {
  SuiteTrial out{planned.scenario.name, planned.topology, planned.trial, planned.expected, {}, std::nullopt, {}};
  const auto directory =
      make_run_directory(fs::absolute(options.runs), planned.scenario.name, ClockPair::read().realtime_ns);
  if (!directory.ok()) {
    out.trouble = directory.error().text();
    return out;
  }
  out.directory = directory->string();
  const auto up = bench.clusters().up(options.cluster, planned.topology, *directory / artefact::logs, interrupt);
  if (up.ok()) {
    Options expecting = options;
    expecting.expected = planned.expected;
    auto ran = run_trial(bench, expecting, planned.scenario, *directory, seed, interrupt);
    if (ran.ok()) {
      out.verdict = std::move(ran->verdict);
      out.junit = std::move(ran->junit);
    } else {
      out.trouble = ran.error().text();
    }
  } else {
    out.trouble = up.error().text();
  }
  discard_if_empty(*directory);
  return out;
}

std::string line_of(const SuiteTrial& trial) {
  return fmt::format("{} on {}, trial {}: {}{}", trial.scenario, trial.topology, trial.trial,
                     trial.verdict ? to_string(trial.verdict->judgement) : "error: " + trial.trouble,
                     expected_text(trial));
}

Status write_reports(const fs::path& directory, const SuiteFacts& facts, const std::vector<SuiteTrial>& trials) {
  for (const auto& [name, text] : {std::pair{artefact::suite, suite_json(facts, trials).dump(2) + "\n"},
                                   std::pair{artefact::suite_text, suite_markdown(facts, trials)},
                                   std::pair{artefact::junit, suite_junit_xml(facts, trials)}}) {
    if (const Status written = write_file(directory / name, text); !written.ok()) return written;
  }
  return Ok{};
}

/// What tells of this suite's trials, and of all trials of the root, together. The suite is what it is without them.
void write_trend(const fs::path& directory, const fs::path& root) {
  if (const Status written = hadrill::write_metrics(directory, directory); !written.ok())
    progress("no metrics: " + written.error().text());
  if (const auto written = hadrill::write_trials(root); !written.ok())
    progress("no trials.csv: " + written.error().text());
  renew_index(root);
}

std::string machine_text(const EngineInfo& engine, int pace) {
  return fmt::format("{} CPUs, {:.0f} GiB, Linux {}, engine {}; {} % of the probers' load", engine.cpus,
                     static_cast<double>(engine.memory_bytes) / (1024.0 * 1024 * 1024), engine.kernel, engine.version,
                     pace);
}

}  // namespace

Outcome run_suite(const Options& options, Interrupt& interrupt) {
  const auto suite = find_suite(options);
  if (!suite.ok()) return suite.error();
  const auto shard = options.shard.empty() ? Result<Shard>(Shard{}) : parse_shard(options.shard);
  if (!shard.ok()) return shard.error();
  const auto planned = plan_suite(*suite, *shard, options);
  if (!planned.ok()) return planned.error();
  const auto session = open_session(options, "suite-" + suite->name);
  if (!session.ok()) return session.error();
  Workbench& bench = *session->bench;
  const auto engine = bench.clusters().docker().info(interrupt);
  if (!engine.ok()) return engine.error();
  const ClockPair began = ClockPair::read();
  SuiteFacts facts{suite->name, format_utc(began.realtime_ns), machine_text(*engine, options.pace), seed_of(options),
                   options.shard};
  std::vector<SuiteTrial> trials;
  for (const Planned& next : *planned) {
    progress(fmt::format("suite {}: {} of {}: {} on {}, trial {}", suite->name, trials.size() + 1, planned->size(),
                         next.scenario.name, next.topology, next.trial));
    // Another seed for each trial, or all of them would hit the same instance.
    const std::uint64_t seed = facts.seed + next.number;
    trials.push_back(run_planned(bench, options, next, seed, interrupt));
    const ClockPair ended = ClockPair::read();
    facts.ended_utc = format_utc(ended.realtime_ns);
    facts.took = ended.monotonic - began.monotonic;
    fmt::print("{}\n", line_of(trials.back()));
    std::fflush(stdout);
    // After every trial: what is there when the machine dies is worth having.
    if (const Status written = write_reports(session->directory, facts, trials); !written.ok()) return written.error();
    if (interrupt.raised()) break;
  }
  write_trend(session->directory, fs::absolute(options.runs));
  fmt::print("\n{}\nreport: {}\n", suite_markdown(facts, trials), session->directory.string());
  std::fflush(stdout);
  const int code = interrupt.raised() ? exit_code::interrupted : suite_exit_code(trials);
  if (options.keep && !interrupt.raised()) return code;
  return remove_cluster(bench, options, code);
}

}  // namespace hadrill::cli
