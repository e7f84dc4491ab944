// etcd.move-leader: the current leader hands its leadership to a follower, as an operator would before maintenance.
#include <fmt/format.h>

#include "fault/agent_fault.hpp"
#include "fault/etcd_whole.hpp"
#include "fault/faults.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kEffect = 30s;

class EtcdMoveLeader final : public AgentFault {
 public:
  explicit EtcdMoveLeader(const FaultDoors& doors)
      : AgentFault(doors.agents), docker_(doors.docker), topology_(doors.topology) {}

  FaultText describe(const ResolvedTarget& target, const Json& parameters) const override {
    if (if_leading(parameters) && !target.leads)
      return {fmt::format("nothing, unless the etcd member on {} leads by then", target.node.name), "nothing"};
    return {fmt::format("hand the leadership of etcd from {} to the follower that is furthest", target.node.name),
            "nothing: any member may lead"};
  }
  /// Nothing stops serving; requests that meet the hand-over wait for it.
  std::vector<TargetRole> takes(const ResolvedTarget& /*target*/, const Json& /*parameters*/) const override {
    return {};
  }
  bool stays(const Json& /*parameters*/) const override { return false; }
  Result<Json> prove_healed(const Injection& /*injection*/, const Json& /*injected*/,
                            const Interrupt& interrupt) override {
    return prove_etcd_whole(docker_, topology_, interrupt);
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& target, const Json& parameters) const override {
    if (target.role != TargetRole::etcd)
      return usage_error("etcd.move-leader", "its target is role etcd, select leader");
    return AgentRequest{"etcd.move-leader", {{"ifLeading", if_leading(parameters)}}, kEffect};
  }

 private:
  Docker& docker_;
  const Topology& topology_;
};

}  // namespace

std::unique_ptr<Fault> make_etcd_move_leader(const FaultDoors& doors) {
  return std::make_unique<EtcdMoveLeader>(doors);
}

}  // namespace hadrill
