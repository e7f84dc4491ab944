// Owns the move of controller manager and scheduler from static pods to DaemonSets on the control planes.
#pragma once

#include "base/clock.hpp"
#include "cluster/docker.hpp"
#include "http/client.hpp"
#include "topology/topology.hpp"

namespace hadrill {

/// The DaemonSet that runs what the static pod `pod` (as the API shows it) runs, on every control plane: same
/// containers, volumes, labels and host network; its ports are not declared, because the scheduler would let the pod
/// wait until the static one is gone, and nobody would be left to move it. Error (infrastructure): no pod of that kind.
Result<Json> daemon_set_of(const Json& pod, const std::string& component);

/// What it works through; all must outlive the call.
struct DaemonSetDoors {
  Docker& docker;
  http::Client& client;
  Clock& clock;
};

/// Makes the DaemonSets and waits until each control plane has its pod of both: there has to be somebody to make and
/// bind them. Then it takes the static manifests away; the pods start by themselves when the ports are free. Done
/// again, it changes nothing. Error: infrastructure.
Status move_to_daemon_sets(const DaemonSetDoors& doors, const Topology& topology, const Interrupt& interrupt);

}  // namespace hadrill
