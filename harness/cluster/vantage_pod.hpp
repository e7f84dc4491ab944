// Owns hadrill's own namespace in the cluster and the pod in it: the inside that in-cluster probers look from. The pod
// does nothing; what is used is its network.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "http/client.hpp"
#include "topology/topology.hpp"

namespace hadrill {

/// Everything hadrill puts into a cluster's API lies in it. Removed after a run.
inline constexpr const char* kOwnNamespace = "hadrill";

class VantagePod {
 public:
  VantagePod(http::Client& client, Clock& clock, const Topology& topology)
      : client_(client), clock_(clock), topology_(topology) {}

  /// Makes the namespace and the pod where they are missing and waits until the pod runs; returns the pod's UID. The
  /// pod is put on Topology::pod_node() directly, without the scheduler, and its image is the pause image that node
  /// has. Error: infrastructure, with the pod's last state.
  Result<std::string> ensure(const Interrupt& interrupt);
  /// Removes the namespace with everything in it, without waiting for its end.
  Status remove(const Interrupt& interrupt);

 private:
  http::Client& client_;
  Clock& clock_;
  const Topology& topology_;
};

/// Name of the pause image among a Node object's images; empty when it has none.
std::string pause_image(const Json& node);

/// The pod as JSON, for `node`.
Json vantage_pod(const std::string& node, const std::string& image);

}  // namespace hadrill
