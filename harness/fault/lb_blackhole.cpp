// lb.blackhole: an API server that accepts connections from the load balancer and never answers. Its kernel shakes
// hands; what carries data is dropped, both ways, so that connections which stand already hang as well.
#include <fmt/format.h>

#include "fault/agent_fault.hpp"
#include "fault/faults.hpp"
#include "fault/peers.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kEffect = 40s;
/// Headers of IP (20 bytes) and TCP (at most 60) without data: what a handshake and an acknowledgement are at most. The
/// first data of TLS is longer.
constexpr int kBareHeaders = 80;

class LbBlackhole final : public AgentFault {
 public:
  explicit LbBlackhole(const FaultDoors& doors) : AgentFault(doors.agents), topology_(doors.topology) {}

  FaultText describe(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {fmt::format("drop all data between the load balancer and the API server on {}, not the handshakes",
                        target.node.name),
            "remove the packet filter rules"};
  }
  std::vector<TargetRole> takes(const ResolvedTarget& /*target*/, const Json& /*parameters*/) const override {
    return {TargetRole::apiserver};
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    if (target.role != TargetRole::apiserver)
      return usage_error("lb.blackhole", "the target has to be an API server: one of the load balancer's backends");
    if (topology_.load_balancer() == nullptr)
      return usage_error("lb.blackhole", "this cluster has no load balancer; network.partition cuts an API server off");
    const auto scope = packet_scope(topology_, target, {{"peers", "load-balancer"}});
    if (!scope.ok()) return scope.error();
    AgentRequest out{"network.rules", scope_request(*scope), kEffect};
    out.parameters["action"] = "drop";
    out.parameters["direction"] = "both";
    out.parameters["longerThan"] = kBareHeaders;
    return out;
  }

 private:
  const Topology& topology_;
};

}  // namespace

std::unique_ptr<Fault> make_lb_blackhole(const FaultDoors& doors) { return std::make_unique<LbBlackhole>(doors); }

}  // namespace hadrill
