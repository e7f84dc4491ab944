// Owns cordoned nodes: asking the API about them and taking a cordon back, with kubectl in whatever control plane
// answers. Each asks the API server beside it, so that no load balancer is needed.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "cluster/docker.hpp"
#include "topology/topology.hpp"

namespace hadrill {

/// How every script here is called that cordons or drains: by this a command that is still under way is known.
inline constexpr const char* kDrainCommand = "hadrill-drain";

/// A script for `sh -c` in a control plane, behind a few functions: `api` is kubectl on the API server of that node,
/// `drains NODE` prints the processes in that container that drain the node.
std::string kube_script(const std::string& script);

/// The names of the control planes' containers.
std::vector<std::string> control_planes_of(const Topology& topology);

/// Runs `kube_script(script)` in each control plane in turn until it ends well there; what it printed. `words`: how it
/// is called, then its parameters. Error: of the first, in brief.
Result<std::string> in_a_control_plane(Docker& docker, const std::vector<std::string>& control_planes,
                                       const std::string& script, const std::vector<std::string>& words,
                                       Duration timeout, const Interrupt& interrupt);

/// The same names, one first whose API server answers. Error: none does.
Result<std::vector<std::string>> answering_first(Docker& docker, std::vector<std::string> control_planes,
                                                 const Interrupt& interrupt);

/// A node as the API and a control plane's processes show it.
struct NodeLook {
  bool registered = false;
  bool cordoned = false;
  int drains = 0;  ///< processes that drain it, in the control plane that answered
};
Result<NodeLook> look_at_node(Docker& docker, const std::vector<std::string>& control_planes, const std::string& node,
                              const Interrupt& interrupt);

/// Evidence that `node` takes new pods and is drained by nobody. One that is not registered any more has nothing to
/// undo: {"removed": true}. Error: it is not so, or the API does not answer.
Result<Json> prove_schedulable(Docker& docker, const std::vector<std::string>& control_planes, const std::string& node,
                               const Interrupt& interrupt);

/// Ends what drains `node`, makes it schedulable, and proves it. Idempotent. Waits a moment for an API that is about to
/// come back.
Result<Json> uncordon(Docker& docker, const std::vector<std::string>& control_planes, const std::string& node,
                      const Interrupt& interrupt);

/// Names of all nodes that are cordoned. Error: the API does not answer.
Result<std::vector<std::string>> cordoned_nodes(Docker& docker, const std::vector<std::string>& control_planes,
                                                const Interrupt& interrupt);

}  // namespace hadrill
