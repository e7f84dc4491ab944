// Agents without nodes: lines answered by a function, remembered, and broken when told.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "fault/agent_line.hpp"

namespace hadrill::test {

/// What stands behind every line to a node: answers as told by `on`.
struct FakeAgent {
  std::vector<Json> requests;      ///< without their numbers
  std::vector<std::string> nodes;  ///< whose agent each of them was for
  std::deque<std::string> news;    ///< lines said before the next answer
  std::function<Json(const Json& request)> on;
  bool alive = true;     ///< false: the next line it is sent breaks the channel
  bool refuses = false;  ///< false: it can be started again
  int started = 0;

  OpenAgentLine door();
};

class FakeLine final : public AgentLine {
 public:
  FakeLine(FakeAgent& agent, std::string node) : agent_(agent), node_(std::move(node)) {}

  Status send(const std::string& line) override {
    if (!agent_.alive) {
      open_ = false;
      agent_.alive = true;
      return infrastructure_error("agent", "the channel to it is lost");
    }
    Json request = Json::parse(line);
    const Json number = request["n"];
    request.erase("n");
    agent_.requests.push_back(request);
    agent_.nodes.push_back(node_);
    for (std::string& told : agent_.news) said_.push_back(std::move(told));
    agent_.news.clear();
    Json answer = request["verb"] == "hello"
                      ? Json{{"ok", true}, {"protocol", 2}, {"monotonicNs", MonotonicClock().now().ns}}
                      : Json{{"ok", true}};
    if (agent_.on) answer.update(agent_.on(request));
    answer["n"] = number;
    said_.push_back(answer.dump());
    return Ok{};
  }
  Result<std::string> receive(Duration /*longest*/, const Interrupt& interrupt) override {
    if (interrupt.raised()) return interrupted_error("agent");
    if (said_.empty()) return infrastructure_error("agent", "no answer in time");
    std::string line = said_.front();
    said_.pop_front();
    return line;
  }
  bool is_open() const override { return open_; }

 private:
  FakeAgent& agent_;
  std::string node_;
  std::deque<std::string> said_;
  bool open_ = true;
};

inline OpenAgentLine FakeAgent::door() {
  return [this](const Node& node) -> Result<std::unique_ptr<AgentLine>> {
    if (refuses) return infrastructure_error("agent on " + node.name, "cannot be started");
    ++started;
    return std::unique_ptr<AgentLine>(std::make_unique<FakeLine>(*this, node.name));
  };
}

}  // namespace hadrill::test
