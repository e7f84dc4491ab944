// Owns one trial on a cluster that is up, from the command line's side: everything it works through, and what a cluster
// is left as.
#pragma once

#include <filesystem>

#include "check/hypothesis.hpp"
#include "check/verdict.hpp"
#include "cli/workbench.hpp"
#include "live/terminal.hpp"
#include "report/junit.hpp"

namespace hadrill::cli {

/// A trial that was judged.
struct TrialRun {
  int code = 0;  ///< exit code
  Verdict verdict;
  std::string summary;  ///< for a terminal
  JunitSuite junit;     ///< what its junit.xml holds
};

/// How a trial is attended.
struct Manner {
  std::optional<Hypothesis> hypothesis = {};
  live::Surroundings here = {};  ///< with a screen it is watched there, and may be aborted and healed by keys
};

/// Runs `scenario` on our cluster `options.cluster`, which is marked as in use for as long as something that was broken
/// is not known to work again. Error: what keeps a trial from being judged; usage for a topology that the scenario does
/// not fit (it says which do).
Result<TrialRun> run_trial(Workbench& bench, const Options& options, Scenario scenario,
                           const std::filesystem::path& directory, std::uint64_t seed, Interrupt& interrupt,
                           const Manner& manner = {});

/// The topology with the Services that the scenario's probers ask, and who answers there. Error: infrastructure for one
/// that is not there.
Result<Topology> with_services(Topology topology, const Scenario& scenario, http::Client& client,
                               const Interrupt& interrupt);

/// `scenario` for the cluster's topology alone. Error (usage): it does not fit.
Result<Scenario> scenario_on(Scenario scenario, const std::string& topology);

}  // namespace hadrill::cli
