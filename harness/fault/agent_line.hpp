// Owns the door to one agent: lines out, lines in. Tests put a scripted agent here.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/interrupt.hpp"
#include "base/result.hpp"
#include "topology/topology.hpp"

namespace hadrill {

/// An open conversation with the agent of one node. Used by one thread.
class AgentLine {
 public:
  virtual ~AgentLine() = default;
  /// Error (infrastructure): the agent cannot be reached any more.
  virtual Status send(const std::string& line) = 0;
  /// The next line, without its end, waited for at most `longest`. Error: none came, the agent is gone, or interrupted.
  virtual Result<std::string> receive(Duration longest, const Interrupt& interrupt) = 0;
  /// Whether the agent can still be spoken to. A time-out alone does not end a conversation.
  virtual bool is_open() const = 0;
};

/// Starts the agent in a node, where its executable has to be.
using OpenAgentLine = std::function<Result<std::unique_ptr<AgentLine>>(const Node& node)>;

/// The real door: `docker exec -i NODE hadrill-agent`, for as long as the line lives. When we die, the engine ends the
/// agent's input, and the agent undoes what it has in force.
Result<std::unique_ptr<AgentLine>> open_docker_line(const Node& node);

}  // namespace hadrill
