// network.delay: what a node sends to its peers arrives late. A round trip takes longer by one delay, as only the way
// out is delayed.
#include <fmt/format.h>

#include "base/duration.hpp"
#include "fault/agent_fault.hpp"
#include "fault/faults.hpp"
#include "fault/peers.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// On top of a round trip that is delayed: asking peers before and after.
constexpr auto kEffect = 40s;
constexpr auto kLongest = 10s;

struct Delay {
  Duration delay{};
  Duration jitter{};
};

Result<Delay> read_delay(const Json& parameters) {
  const auto delay = parse_duration(json_text(parameters, "/delay", "100ms"));
  if (!delay.ok()) return usage_error("network.delay", "delay: " + delay.error().message);
  const auto jitter = parse_duration(json_text(parameters, "/jitter", "0s"));
  if (!jitter.ok()) return usage_error("network.delay", "jitter: " + jitter.error().message);
  if (*delay < 1ms || *delay > kLongest) return usage_error("network.delay", "delay has to be 1ms to 10s");
  if (*jitter > *delay) return usage_error("network.delay", "jitter has to be at most the delay");
  return Delay{*delay, *jitter};
}

std::int64_t microseconds(Duration time) { return std::chrono::duration_cast<std::chrono::microseconds>(time).count(); }

class NetworkDelay final : public AgentFault {
 public:
  explicit NetworkDelay(const FaultDoors& doors) : AgentFault(doors.agents), topology_(doors.topology) {}

  FaultText describe(const ResolvedTarget& target, const Json& parameters) const override {
    const std::string jitter = json_text(parameters, "/jitter", "0s");
    const bool steady = jitter == "0s" || jitter == "0";
    return {fmt::format("delay packets from {} to {} by {}{}", target.node.name,
                        scope_text(packet_scope(topology_, target, parameters)),
                        json_text(parameters, "/delay", "100ms"), steady ? "" : " +- " + jitter),
            "remove netem, or the rule and the queue that hold them"};
  }
  std::vector<TargetRole> takes(const ResolvedTarget& /*target*/, const Json& /*parameters*/) const override {
    return {};
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& target, const Json& parameters) const override {
    auto scope = packet_scope(topology_, target, parameters);
    if (!scope.ok()) return scope.error();
    const auto delay = read_delay(parameters);
    if (!delay.ok()) return delay.error();
    AgentRequest out{"network.delay", scope_request(*scope), kEffect + delay->delay + delay->jitter};
    out.parameters["delayUs"] = microseconds(delay->delay);
    out.parameters["jitterUs"] = microseconds(delay->jitter);
    return out;
  }

 private:
  const Topology& topology_;
};

}  // namespace

std::unique_ptr<Fault> make_network_delay(const FaultDoors& doors) { return std::make_unique<NetworkDelay>(doors); }

}  // namespace hadrill
