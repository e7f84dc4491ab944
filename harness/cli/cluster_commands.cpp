#include <fmt/format.h>

#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "cli/workbench.hpp"
#include "run/run_directory.hpp"

namespace hadrill::cli {

Outcome cluster_up(const Options& options, Interrupt& interrupt) {
  const auto session = open_session(options, "cluster-up");
  if (!session.ok()) return session.error();
  const auto up =
      session->bench->clusters().up(options.cluster, options.topology.empty() ? "stacked" : options.topology,
                                    session->directory / artefact::logs, interrupt);
  discard_if_empty(session->directory);
  if (up.ok()) return exit_code::pass;
  return remove_unfinished(*session->bench, options, up.error());
}

Outcome cluster_down(const Options& options, Interrupt& /*interrupt*/) {
  auto bench = Workbench::open(options);
  if (!bench.ok()) return bench.error();
  if (const Status locked = (*bench)->lock(); !locked.ok()) return locked.error();
  progress(fmt::format("removing cluster {}, its volumes and its network (some seconds)", options.cluster));
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
