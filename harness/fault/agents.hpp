// Owns the way to the agents in the nodes: one copy of the executable per node, one request per call.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "base/json.hpp"
#include "cluster/docker.hpp"
#include "topology/topology.hpp"

namespace hadrill {

class Agents {
 public:
  /// `executable`: the static hadrill-agent on this machine.
  Agents(Docker& docker, std::filesystem::path executable) : docker_(docker), executable_(std::move(executable)) {}

  /// Copies the agent into `node` and says hello. Error: infrastructure; also when its clock is not ours.
  Status install(const Node& node, const Interrupt& interrupt);
  /// Sends one request; `wait` is the time the agent may need on top of the round trip. Error: refused or unanswered.
  Result<Json> ask(const Node& node, const Json& request, Duration wait, const Interrupt& interrupt);

 private:
  Docker& docker_;
  std::filesystem::path executable_;
  std::set<std::string> installed_;
};

}  // namespace hadrill
