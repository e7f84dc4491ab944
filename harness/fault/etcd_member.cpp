// etcd.member-remove, etcd.member-replace: a member of etcd taken out of the member list, or without its disk. Both
// heal by a new member with an empty disk that joins in its place.
#include <fmt/format.h>

#include "fault/agent_fault.hpp"
#include "fault/etcd_whole.hpp"
#include "fault/faults.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// The agent waits at most 60 s each for a majority, for the removal and for the addition, 70 s for the kubelet to end
/// the pod and 120 s for the new member.
constexpr auto kLongest = 500s;

class EtcdMember final : public AgentFault {
 public:
  EtcdMember(const FaultDoors& doors, const char* effect, const char* text)
      : AgentFault(doors.agents), docker_(doors.docker), topology_(doors.topology), effect_(effect), text_(text) {}

  FaultText describe(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {fmt::format(fmt::runtime(text_), target.node.name),
            "take its pod down, remove its data, add it again as a new member, let it join and catch up"};
  }
  /// The API server of a stacked control plane speaks to the member beside it and to no other.
  std::vector<TargetRole> takes(const ResolvedTarget& /*target*/, const Json& /*parameters*/) const override {
    return {TargetRole::etcd, TargetRole::apiserver};
  }
  Result<Json> prove_healed(const Injection& /*injection*/, const Json& /*injected*/,
                            const Interrupt& interrupt) override {
    return prove_etcd_whole(docker_, topology_, interrupt);
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    if (target.role != TargetRole::etcd) return usage_error(effect_, "its target is of role etcd");
    return AgentRequest{effect_, Json::object(), kLongest};
  }

 private:
  Docker& docker_;
  const Topology& topology_;
  const char* effect_;
  const char* text_;
};

}  // namespace

std::unique_ptr<Fault> make_etcd_member_remove(const FaultDoors& doors) {
  return std::make_unique<EtcdMember>(doors, "etcd.member-remove", "remove the etcd member of {} from the member list");
}

std::unique_ptr<Fault> make_etcd_member_replace(const FaultDoors& doors) {
  return std::make_unique<EtcdMember>(doors, "etcd.member-replace", "end the etcd member of {} and take its data away");
}

}  // namespace hadrill
