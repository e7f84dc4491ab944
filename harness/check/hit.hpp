// Owns what the faults of a run hit, as far as bounds of failovers depend on it. Pure.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "check/judge.hpp"

namespace hadrill {

/// How what was hit ended.
enum class Ending {
  crash,  ///< without a chance to say so
  stop,   ///< told to, in an orderly way
  hang,   ///< it is there and does nothing
};

/// One fault of a run, as its fault.injecting event tells it.
struct Hit {
  const InjectStep* step = nullptr;  ///< of the scenario
  std::vector<std::string> targets;  ///< names of their nodes
  std::vector<std::string> pods;     ///< "NAMESPACE/NAME"; empty for targets that are none
  std::string role;                  ///< of the targets
  bool leads = false;                ///< the first of them
  std::optional<Ending> ending;      ///< nullopt: of a kind that has no bounds by that
  bool held = false;                 ///< it is not let back until it is healed
};

/// The other side of a network fault as its step says it: words such as "workers" and names of nodes.
std::set<std::string> peers_of(const InjectStep& step);

/// "process.kill of etcd, the leader".
std::string to_string(const Hit& hit);

/// In their order, at least one. Error (infrastructure): none, or one that is of no step of the scenario.
Result<std::vector<Hit>> read_hits(const RunContext& run);

/// Nodes that a fault hit, or an instance on them. Those of a pod are not among them.
std::set<std::string> nodes_touched(const EventLog& events);

/// From the earliest effect of a fault of the run to the latest; zero for one.
Duration spread_of(const EventLog& events);

/// The error of a budget that does not follow from the flags.
Error refused(std::string reason);
/// The same where fault and SLI have no bounds together.
Error no_bounds(const Hit& hit, const std::string& sli);

}  // namespace hadrill
