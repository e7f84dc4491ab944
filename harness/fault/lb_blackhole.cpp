// lb.blackhole: a backend that accepts connections from the load balancer in front of it and never answers: an API
// server, or a worker with its NodePorts. The kernel shakes hands; what carries data is dropped, both ways, so that
// connections which stand already hang as well.
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
    const char* which = target.role == TargetRole::worker ? "the load balancer in front of the workers and"
                                                          : "the load balancer and the API server on";
    return {fmt::format("drop all data between {} {}, not the handshakes", which, target.node.name),
            "remove the packet filter rules"};
  }
  /// A worker serves everybody else as before.
  std::vector<TargetRole> takes(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    if (target.role == TargetRole::worker) return {};
    return {TargetRole::apiserver};
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    const bool worker = target.role == TargetRole::worker;
    if (!worker && target.role != TargetRole::apiserver) {
      return usage_error("lb.blackhole",
                         "the target has to be an API server or a worker: one of a load balancer's backends");
    }
    if ((worker ? topology_.node_load_balancer() : topology_.load_balancer()) == nullptr) {
      return usage_error("lb.blackhole",
                         fmt::format("this cluster has no load balancer{}; network.partition cuts {} off",
                                     worker ? " in front of its workers" : "", worker ? "a worker" : "an API server"));
    }
    const auto scope = packet_scope(topology_, target, {{"peers", worker ? "node-load-balancer" : "load-balancer"}});
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
