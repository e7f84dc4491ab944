// Owns the picture of what moves in a cluster: who leads, who holds which Lease, which pods run where. Data only;
// cluster/ fills it with what plan/ says it needs.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "topology/topology.hpp"

namespace hadrill {

/// One pod, told apart from a later one of the same name by its uid.
struct PodRef {
  std::string name;
  std::string namespace_;
  std::string uid;

  friend bool operator==(const PodRef&, const PodRef&) = default;
};

/// A running pod and where it runs.
struct PlacedPod {
  PodRef pod;
  std::string node;  ///< its name

  friend bool operator==(const PlacedPod&, const PlacedPod&) = default;
};

/// Pods by their labels, all of which have to match.
struct PodSelection {
  std::string namespace_;
  std::map<std::string, std::string> labels;

  friend bool operator==(const PodSelection&, const PodSelection&) = default;
};

/// What has to be read from the live cluster before a target can be resolved.
struct LiveNeeds {
  bool leadership = false;
  bool lease_holders = false;
  std::optional<PodSelection> pods = std::nullopt;

  friend bool operator==(const LiveNeeds&, const LiveNeeds&) = default;
};

/// What was read; empty where it was not needed.
struct LiveState {
  Leadership leadership = {};
  /// Name of each Lease of kube-system that is held -> host name of its holder, which need not be one of our nodes.
  std::map<std::string, std::string> lease_holders = {};
  std::vector<PlacedPod> pods = {};  ///< those selected by LiveNeeds::pods
};

/// Which instances serve at the moment of a look, by the names of their nodes.
struct LiveHealth {
  std::set<std::string> etcd_members;  ///< started voters that know a leader
  std::set<std::string> api_servers;   ///< answer /readyz
};

}  // namespace hadrill
