// Owns which bounds the loss of some pods of a Service has for the users of that Service. Pure.
#pragma once

#include "bounds/bound.hpp"
#include "check/hit.hpp"
#include "scenario/scenario.hpp"

namespace hadrill {

/// Which failover users wait for, and what the history tells of the loss.
struct PodLoss {
  bounds::Failover failover = bounds::Failover::pod_ends;
  bounds::Loss loss;
};

/// For users of `service` that ask through `through`, service or node_load_balancer, after `hit` of the role pod. Error
/// (infrastructure): nothing bounds it, with the reason; so where no pod of the Service was seen to serve.
Result<PodLoss> pod_loss_of(const Hit& hit, ProbePath through, const ServiceRef& service, const RunContext& run);

}  // namespace hadrill
