// Owns the course of a drill's questions: before there is a cluster, and on the cluster before anything is broken.
#pragma once

#include <optional>
#include <string>

#include "check/hypothesis.hpp"
#include "cli/console.hpp"
#include "cli/preview.hpp"

namespace hadrill::cli {

/// The scenario that somebody chose from a list; nullopt: none.
std::optional<std::string> choose_scenario(Console& console, const Options& options);

/// Tells what the scenario says and what it costs. Whether to go on.
bool agree_to_begin(Console& console, const Options& options, const Scenario& scenario);

/// Shows what it would do on the cluster, asks what is expected, and whether to go on. nullopt: not. Error: as preview.
Result<std::optional<Hypothesis>> agree_to_break(Console& console, Workbench& bench, const Options& options,
                                                 const Scenario& scenario, const LiveCluster& cluster,
                                                 const Interrupt& interrupt);

/// What --hypothesis and --expected-outage say; nullopt: neither was given.
std::optional<Hypothesis> hypothesis_of(const Options& options);

}  // namespace hadrill::cli
