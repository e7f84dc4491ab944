// The dry run: what a run would do now, without doing it.
#include <fmt/format.h>

#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "cli/preview.hpp"

namespace hadrill::cli {

Outcome plan(const Options& options, Interrupt& interrupt) {
  const auto scenario = find_scenario(options);
  if (!scenario.ok()) return scenario.error();
  auto bench = Workbench::open(options);
  if (!bench.ok()) return bench.error();
  const auto cluster = (*bench)->clusters().attach(options.cluster, interrupt);
  if (!cluster.ok()) return cluster.error();
  const auto text = preview(**bench, options, *scenario, *cluster, seed_of(options), interrupt);
  if (!text.ok()) return text.error();
  fmt::print("{}", *text);
  return exit_code::pass;
}

}  // namespace hadrill::cli
