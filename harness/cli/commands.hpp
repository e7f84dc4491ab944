// Owns the commands behind the command line: each takes its options and returns an exit code or an error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/interrupt.hpp"
#include "base/result.hpp"
#include "scenario/expectation.hpp"
#include "trend/change.hpp"

namespace hadrill::cli {

/// Options that several commands share.
struct Options {
  std::filesystem::path home;             ///< the project: kind-configs/ and scenarios/ below it
  std::filesystem::path runs = "runs";    ///< where run directories go
  std::string cluster = "hadrill";        ///< name of the kind cluster
  bool every_cluster = false;             ///< heal: no --cluster was given
  std::string scenario;                   ///< a file, or a name below scenarios/
  std::string suite;                      ///< a file, or a name below scenarios/suites/
  std::string topology;                   ///< cluster up: which; drill: instead of the scenario's first one
  Expectation expected;                   ///< run, drill: how the trial has to end
  int pace = 100;                         ///< run, drill, plan, suite: percent of the probers' load
  std::optional<int> trials;              ///< suite: instead of what the suite says
  std::optional<std::uint64_t> seed;      ///< of every random choice; drawn and printed when not given
  bool keep = false;                      ///< drill: leave the cluster up
  bool yes = false;                       ///< drill: ask nothing
  std::optional<std::string> hypothesis;  ///< drill: what users will notice, in somebody's words
  std::string expected_outage;            ///< drill: the longest outage that is expected, as people write durations
  std::filesystem::path directory;        ///< judge, export: the run directory
  bool csv = false;                       ///< export: as CSV
  bool jsonl = false;                     ///< export: as JSON lines
  std::filesystem::path output;           ///< export: a file; empty for standard output. calibrate: see there
  bool load = false;                      ///< calibrate: with all cores busy
  std::vector<std::string> cases;         ///< calibrate: these only; empty for all
  std::vector<std::string> files;  ///< validate; list: names; table, trials: where runs are; compare: base and new
  std::string shard;               ///< suite: "2/4", only that part of it; empty for all
  std::filesystem::path history;   ///< compare: a root whose newest trials are compared with those before
  std::size_t last = 5;            ///< compare: how many are the newest
  double level = trend::kLevel;    ///< compare: of the adjusted p
  std::string relevant;            ///< compare: from which shift on a change matters; empty for the default
  bool phases = false;             ///< compare: T1 to T6 as well
  bool force = false;              ///< compare: trials of different machines all the same
  bool markdown = false;           ///< compare: print Markdown
  std::filesystem::path json;      ///< compare: a file for the result
  std::string list_what;           ///< list: one of listed_kinds(); empty for all
  bool list_json = false;          ///< list: as JSON
  std::string shell;               ///< completion: "bash" or "zsh"
  bool samples = true;             ///< bundle: with what a second judgement needs
};

using Outcome = Result<int>;

/// Cluster up, run, cluster down. On a terminal it asks before, and is watched live. Exit code 3 also when somebody who
/// was asked did not go on.
Outcome drill(const Options& options, Interrupt& interrupt);
/// One trial on a cluster of ours that is up.
Outcome run_scenario(const Options& options, Interrupt& interrupt);
/// What a run would do: targets, commands, undo, quorum arithmetic. Changes nothing.
Outcome plan(const Options& options, Interrupt& interrupt);

/// All trials of a suite, or of a part of it, on clusters brought up as they are needed and removed at the end; the
/// reports suite.json, suite.md, junit.xml and the metrics, and what tells of all trials of the root. The exit code is
/// the worst of the trials'.
Outcome run_suite(const Options& options, Interrupt& interrupt);

Outcome cluster_up(const Options& options, Interrupt& interrupt);
Outcome cluster_down(const Options& options, Interrupt& interrupt);
Outcome cluster_status(const Options& options, Interrupt& interrupt);

/// Undoes every fault on the cluster, or on every cluster of ours, from whatever state the machine is in, and says what
/// is left. Exit codes: 0 nothing, 4 something, 5 the engine does not answer or the cluster is unknown.
Outcome heal(const Options& options, Interrupt& interrupt);
/// The process beside a run that undoes faults made through the engine when the run dies (fault/guard.hpp).
Outcome guard(const Options& options, Interrupt& interrupt);

/// Verdict and reports again from a stored run.
Outcome judge(const Options& options);
/// All stored runs below some folders, judged anew, as one table. The exit code is the worst of theirs.
Outcome table(const Options& options);
/// Two sets of stored trials: which SLI changed. Exit codes: 0 no regression called, 1 one was; a usage error when
/// there is nothing to compare, or the machines differ.
Outcome compare(const Options& options);
/// trials.csv and otava/ of roots of runs, written anew.
Outcome write_trials(const Options& options);
/// metrics.prom and metrics.om of a root, a suite or a run. `output`: a folder for them; empty: where they are from.
Outcome write_metrics(const Options& options);
/// index.html of `runs`, over everything that was run below it.
Outcome write_index(const Options& options);
/// A run, a suite or a root as one archive. `output`: its path; empty: its name in the working directory.
Outcome bundle(const Options& options);
/// The samples of a stored run as text.
Outcome export_samples(const Options& options);
/// Loads scenario and suite files and says what is wrong with them.
Outcome validate(const Options& options);
/// Measures outages of known length on servers of its own, and tells later runs how well that went. `output`: a file
/// for the result; empty: where runs look for it, if it is about what they do. Exit codes: docs/calibration.md.
Outcome calibrate_instrument(const Options& options, Interrupt& interrupt);
/// What `list` can be asked for: "scenarios", "suites" ...
std::vector<std::string> listed_kinds();
/// Scenarios, suites, topologies, faults and SLIs there are.
Outcome list(const Options& options);
/// What a shell needs to complete hadrill's command lines.
Outcome completion(const Options& options);
/// hadrill(1) as roff.
Outcome manual(const Options& options);

}  // namespace hadrill::cli
