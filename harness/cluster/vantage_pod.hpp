// Owns hadrill's own pod in the cluster: the inside that in-cluster probers look from. The pod does nothing; what is
// used is its network.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "http/client.hpp"
#include "topology/topology.hpp"

namespace hadrill {

class VantagePod {
 public:
  /// `name_space` is there, and is removed with everything in it by whoever made it.
  VantagePod(http::Client& client, Clock& clock, const Topology& topology, std::string name_space)
      : client_(client), clock_(clock), topology_(topology), name_space_(std::move(name_space)) {}

  /// Makes the pod where it is missing and waits until it runs; returns its UID. It is put on Topology::pod_node()
  /// directly, without the scheduler, and its image is the pause image that node has. Error: infrastructure, with the
  /// pod's last state, or interrupted.
  Result<std::string> ensure(const Interrupt& interrupt);

 private:
  http::Client& client_;
  Clock& clock_;
  const Topology& topology_;
  std::string name_space_;
};

/// Name of the pause image among a Node object's images; empty when it has none.
std::string pause_image(const Json& node);
/// The pause image that `node` has. Error: infrastructure when there is none or the API does not answer.
Result<std::string> pause_image_on(const std::string& node, http::Client& client, const Topology& topology,
                                   const Interrupt& interrupt);

/// The pod as JSON, for `node`.
Json vantage_pod(const std::string& node, const std::string& image);

}  // namespace hadrill
