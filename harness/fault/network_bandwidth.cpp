// network.bandwidth: a node sends no more than so many bits per second, to whomever.
#include <fmt/format.h>

#include "fault/agent_fault.hpp"
#include "fault/faults.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kEffect = 40s;
constexpr std::int64_t kSlowest = 8;
constexpr std::int64_t kFastest = 10'000'000;

std::int64_t rate_of(const Json& parameters) {
  return json_get<std::int64_t>(parameters, "/kilobitsPerSecond").value_or(0);
}

class NetworkBandwidth final : public AgentFault {
 public:
  explicit NetworkBandwidth(Agents& agents) : AgentFault(agents) {}

  FaultText describe(const ResolvedTarget& target, const Json& parameters) const override {
    return {fmt::format("limit what {} sends to {} kbit/s", target.node.name, rate_of(parameters)),
            "remove the token bucket"};
  }
  std::vector<TargetRole> takes(const ResolvedTarget& /*target*/, const Json& /*parameters*/) const override {
    return {};
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& /*target*/, const Json& parameters) const override {
    const std::int64_t rate = rate_of(parameters);
    if (rate < kSlowest || rate > kFastest)
      return usage_error("network.bandwidth", "kilobitsPerSecond has to be 8 to 10000000");
    return AgentRequest{"network.bandwidth", {{"kilobitsPerSecond", rate}}, kEffect};
  }
};

}  // namespace

std::unique_ptr<Fault> make_network_bandwidth(const FaultDoors& doors) {
  return std::make_unique<NetworkBandwidth>(doors.agents);
}

}  // namespace hadrill
