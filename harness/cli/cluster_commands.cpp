#include <fmt/format.h>

#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "cli/workbench.hpp"

namespace hadrill::cli {
namespace {

/// Removes what an interrupted or failed creation left; the first error stays the one that is reported.
Error remove_after(Workbench& bench, const Options& options, const Error& error) {
  if (error.kind == ErrorKind::usage) return error;
  progress(fmt::format("removing cluster {}", options.cluster));
  const Status gone = bench.clusters().down(options.cluster);
  return gone.ok() ? error : gone.error();
}

}  // namespace

Outcome cluster_up(const Options& options, Interrupt& interrupt) {
  auto bench = Workbench::open(options);
  if (!bench.ok()) return bench.error();
  if (const Status locked = (*bench)->lock(); !locked.ok()) return locked.error();
  const auto up = (*bench)->clusters().up(options.cluster, options.topology, "cluster-logs", interrupt);
  if (!up.ok()) return remove_after(**bench, options, up.error());
  return exit_code::pass;
}

Outcome cluster_down(const Options& options, Interrupt& /*interrupt*/) {
  auto bench = Workbench::open(options);
  if (!bench.ok()) return bench.error();
  if (const Status locked = (*bench)->lock(); !locked.ok()) return locked.error();
  if (const Status gone = (*bench)->clusters().down(options.cluster); !gone.ok()) return gone.error();
  progress(fmt::format("cluster {} is gone", options.cluster));
  return exit_code::pass;
}

Outcome cluster_status(const Options& options, Interrupt& interrupt) {
  auto bench = Workbench::open(options);
  if (!bench.ok()) return bench.error();
  const auto check = (*bench)->clusters().status(options.cluster, interrupt);
  if (!check.ok()) return check.error();
  if (!*check) {
    fmt::print("cluster {}: does not exist\n", options.cluster);
    return exit_code::infrastructure;
  }
  for (const Condition& condition : (*check)->conditions) {
    fmt::print("{:<14} {}\n", condition.name, condition.holds() ? "holds" : condition.reason);
  }
  return (*check)->holds() ? exit_code::pass : exit_code::infrastructure;
}

}  // namespace hadrill::cli
