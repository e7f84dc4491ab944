#include "fault/agents.hpp"

#include <fmt/format.h>

#include "agent/boot.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// A round trip takes well under a millisecond and the start of an agent 0.1-0.2 s on an idle machine; a starved one
/// gets a hundred times that.
constexpr auto kRoundTrip = 20s;
constexpr int kProtocol = 2;

std::string where(const Node& node) { return "agent on " + node.name; }

}  // namespace

Status Agents::install(const Node& node, const Interrupt& interrupt) {
  Line& line = lines_[node.container_id];
  if (line.line && line.line->is_open()) return Ok{};
  if (!line.installed) {
    const Status copied = docker_.copy_into(node.name, executable_.string(), agent::kInstalledAgent, interrupt);
    if (!copied.ok()) return copied;
    line.installed = true;
  }
  return open(node, line, interrupt);
}

Status Agents::reach(const Node& node, const Interrupt& interrupt) {
  Line& line = lines_[node.container_id];
  if (line.line && line.line->is_open()) return Ok{};
  if (open(node, line, interrupt).ok()) {
    line.installed = true;
    return Ok{};
  }
  return install(node, interrupt);
}

Status Agents::open(const Node& node, Line& line, const Interrupt& interrupt) {
  line.line.reset();
  auto opened = open_line_(node);
  if (!opened.ok()) return opened.error();
  line.line = std::move(*opened);
  Status hello = say_hello(node, line, interrupt);
  if (!hello.ok()) line.line.reset();
  return hello;
}

Status Agents::say_hello(const Node& node, Line& line, const Interrupt& interrupt) {
  const Instant before = MonotonicClock().now();
  const auto hello = talk(node, line, {{"verb", "hello"}}, 0s, interrupt);
  if (!hello.ok()) return hello.error();
  const Instant after = MonotonicClock().now();
  if (json_get<int>(*hello, "/protocol") != kProtocol)
    return infrastructure_error(where(node), "speaks another protocol");
  // Kind nodes share the host's kernel; a remote engine would not, and every time in the report would be wrong.
  const Instant theirs{json_get<std::int64_t>(*hello, "/monotonicNs").value_or(0)};
  if (theirs < before || theirs > after) {
    return infrastructure_error(where(node), "its clock is not this machine's: hadrill needs a local container engine");
  }
  return Ok{};
}

Result<Json> Agents::ask(const Node& node, const Json& request, Duration wait, const Interrupt& interrupt) {
  Line& line = lines_[node.container_id];
  const bool repeatable = json_text(request, "/verb") != "inject";
  constexpr int kAttempts = 2;
  Result<Json> answer = infrastructure_error(where(node), "it is not installed");
  for (int i = 0; i < kAttempts && line.installed; ++i) {
    if (!line.line || !line.line->is_open()) {
      if (const Status opened = open(node, line, interrupt); !opened.ok()) return opened.error();
      if (line.lost) tell({AgentNews::Kind::channel_reopened, node.name});
      line.lost = false;
    }
    answer = talk(node, line, request, wait, interrupt);
    if (answer.ok() || line.line->is_open()) return answer;
    line.lost = true;
    tell({AgentNews::Kind::channel_lost, node.name});
    if (!repeatable) return answer;
  }
  return answer;
}

Result<Json> Agents::talk(const Node& node, Line& line, Json request, Duration wait, const Interrupt& interrupt) {
  const std::int64_t number = ++asked_;
  request["n"] = number;
  if (const Status sent = line.line->send(request.dump()); !sent.ok()) return sent.error();
  const Instant give_up = MonotonicClock().now() + kRoundTrip + wait;
  for (;;) {
    const auto said = line.line->receive(std::max<Duration>(give_up - MonotonicClock().now(), 0ns), interrupt);
    if (!said.ok()) return said.error();
    auto answer = parse_json(*said, where(node));
    if (!answer.ok()) return answer.error();
    if (answer->contains("event")) {
      tell({AgentNews::Kind::healed, node.name, json_text(*answer, "/id"), json_text(*answer, "/why"),
            json_text(*answer, "/trouble")});
    } else if (json_get<std::int64_t>(*answer, "/n") == number) {
      if (json_get<bool>(*answer, "/ok").value_or(false)) return answer;
      return infrastructure_error(where(node), json_text(*answer, "/error", "refused without a reason"),
                                  answer->contains("failed") ? answer->at("failed").dump() : "");
    }
    // Else an answer to a request that was given up.
  }
}

void Agents::tell(const AgentNews& news) const {
  if (listener_) listener_(news);
}

}  // namespace hadrill
