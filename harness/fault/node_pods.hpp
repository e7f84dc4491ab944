// Owns which pods run on a node, as far as emptying it is concerned.
#pragma once

#include <string>
#include <vector>

#include "cluster/docker.hpp"

namespace hadrill {

struct NodePod {
  std::string namespace_;
  std::string name;
  std::string uid;
  std::string controller;  ///< kind of what makes it anew, e.g. "ReplicaSet"; "": nobody does
  bool is_static = false;  ///< the kubelet's own, from a manifest on the node
  bool finished = false;   ///< none of its containers will run again
  bool ours = false;       ///< hadrill's

  /// Whether a drain leaves it where it is: of a DaemonSet, or static.
  bool bound() const { return is_static || controller == "DaemonSet"; }
  /// "NAMESPACE/NAME"
  std::string text() const { return namespace_ + "/" + name; }
};

/// Of a list of Pods, in its order.
std::vector<NodePod> read_node_pods(const Json& list);

/// All pods on `node`, finished ones as well. Error: the API does not answer.
Result<std::vector<NodePod>> pods_on_node(Docker& docker, const std::vector<std::string>& control_planes,
                                          const std::string& node, const Interrupt& interrupt);

/// "a/b, c/d"; "none" when empty.
std::string names_of(const std::vector<NodePod>& pods);

}  // namespace hadrill
