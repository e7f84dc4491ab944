// Owns the conversations with the agents in the nodes: one executable and one long-lived channel per node.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "cluster/docker.hpp"
#include "fault/agent_line.hpp"

namespace hadrill {

/// What an agent, or the channel to it, tells without being asked.
struct AgentNews {
  enum class Kind {
    channel_lost,      ///< the agent has undone its faults, or will at the next contact
    channel_reopened,  ///< a new agent is there
    healed,            ///< a fault was undone without being told to; `id`, `why`, and `trouble` when that failed
  };
  Kind kind = Kind::channel_lost;
  std::string node;
  std::string id = {};
  std::string why = {};
  std::string trouble = {};
};

class Agents {
 public:
  /// `executable`: the static hadrill-agent on this machine.
  Agents(Docker& docker, std::filesystem::path executable, OpenAgentLine open_line = open_docker_line)
      : docker_(docker), executable_(std::move(executable)), open_line_(std::move(open_line)) {}

  /// Who is told of news, from within ask(). Nobody by default.
  void on_news(std::function<void(const AgentNews&)> listener) { listener_ = std::move(listener); }

  /// Copies the agent into `node`, opens the channel and says hello. Error: infrastructure; also when its clock is not
  /// ours.
  Status install(const Node& node, const Interrupt& interrupt);
  /// Like install, but takes the agent that is there if one answers: for healing, which must not need room on a node's
  /// disk. (An older agent knows how to undo what it did.)
  Status reach(const Node& node, const Interrupt& interrupt);
  /// Sends one request; `wait` is the time the agent may need on top of the round trip. A lost channel is opened again,
  /// and the request repeated unless it injects. Error: refused, unanswered, interrupted.
  Result<Json> ask(const Node& node, const Json& request, Duration wait, const Interrupt& interrupt);
  /// Ends all channels: the agents undo what they have in force.
  void close() { lines_.clear(); }

 private:
  struct Line {
    std::unique_ptr<AgentLine> line;
    bool installed = false;  ///< its executable is there
    bool lost = false;       ///< and nobody was told that it is back
  };
  Status open(const Node& node, Line& line, const Interrupt& interrupt);
  /// One request on a line that stands.
  Result<Json> talk(const Node& node, Line& line, Json request, Duration wait, const Interrupt& interrupt);
  Status say_hello(const Node& node, Line& line, const Interrupt& interrupt);
  void tell(const AgentNews& news) const;

  Docker& docker_;
  std::filesystem::path executable_;
  OpenAgentLine open_line_;
  std::function<void(const AgentNews&)> listener_;
  std::map<std::string, Line> lines_;  ///< by container id: a node that is replaced is another one
  std::int64_t asked_ = 0;             ///< numbers requests, so that a late answer is told from the one that is due
};

}  // namespace hadrill
