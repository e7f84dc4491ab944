#include "fault/agents.hpp"

#include <fmt/format.h>

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr const char* kPathInNode = "/usr/local/bin/hadrill-agent";
/// `docker exec` takes 0.1-0.2 s on an idle machine; a starved one gets a hundred times that.
constexpr auto kRoundTrip = 20s;
constexpr int kProtocol = 1;

}  // namespace

Status Agents::install(const Node& node, const Interrupt& interrupt) {
  if (installed_.contains(node.container_id)) return Ok{};
  const Status copied = docker_.copy_into(node.name, executable_.string(), kPathInNode, interrupt);
  if (!copied.ok()) return copied;
  const Instant before = MonotonicClock().now();
  const auto hello = ask(node, {{"verb", "hello"}}, 0s, interrupt);
  if (!hello.ok()) return hello.error();
  const Instant after = MonotonicClock().now();
  const Instant theirs{json_get<std::int64_t>(*hello, "/monotonicNs").value_or(0)};
  if (json_get<int>(*hello, "/protocol") != kProtocol)
    return infrastructure_error("agent on " + node.name, "speaks another protocol");
  // Kind nodes share the host's kernel; a remote engine would not, and every time in the report would be wrong.
  if (theirs < before || theirs > after) {
    return infrastructure_error("agent on " + node.name,
                                "its clock is not this machine's: hadrill needs a local container engine");
  }
  installed_.insert(node.container_id);
  return Ok{};
}

Result<Json> Agents::ask(const Node& node, const Json& request, Duration wait, const Interrupt& interrupt) {
  const auto said = docker_.exec(node.name, {kPathInNode}, request.dump() + "\n", kRoundTrip + wait, interrupt);
  if (!said.ok()) return said.error();
  const auto answer = parse_json(said->out, "agent on " + node.name);
  if (!answer.ok()) return answer.error();
  if (!json_get<bool>(*answer, "/ok").value_or(false)) {
    return infrastructure_error("agent on " + node.name, json_text(*answer, "/error", "refused without a reason"));
  }
  return answer;
}

}  // namespace hadrill
