// Owns which bounds a loss of nodes has: for the nodes and their pods, and for users of the Services on them. Pure.
#pragma once

#include "bounds/bound.hpp"
#include "check/hit.hpp"
#include "scenario/scenario.hpp"

namespace hadrill {

/// The loss of nodes that the faults of the run are, for `sli`: one fault that takes worker nodes, or their kubelets,
/// from the API; several of node.kill; or one of these beside the death of the leading controller manager. Error
/// (infrastructure): any other, with the reason.
Result<bounds::Loss> node_loss_of(const SliRef& sli, const RunContext& run);

/// The loss of their container runtimes that the one fault of the run is to nodes; nullopt: it is another one.
std::optional<bounds::Loss> runtime_loss_of(const RunContext& run);

/// Workers that are killed together, as one; nullopt where a fault is anything else but the death of the leading
/// controller manager beside one of them.
std::optional<Hit> workers_killed(const std::vector<Hit>& hits);

/// Which failover users of a Service wait for that ask through `through`, service or node_load_balancer, on new
/// connections. Error (infrastructure): one that nothing bounds, with the reason.
Result<bounds::Failover> failover_of_users(const Hit& hit, ProbePath through, const std::string& sli);

/// Error (infrastructure): every node that had a ready endpoint of the Service before the fault is among those hit, so
/// that nobody is left to serve. Where the endpoints were not watched nothing is said.
Status others_left(const Hit& hit, const ServiceRef& service, const RunContext& run);

}  // namespace hadrill
