// static-pod.remove: a component ended in an orderly way by its kubelet and kept down until healed.
#include <fmt/format.h>

#include "fault/agent_fault.hpp"
#include "fault/faults.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// The kubelet notices at the latest after 20 s and gives the pod 30 s to end.
constexpr auto kEffect = 75s;

class StaticPodRemove final : public AgentFault {
 public:
  explicit StaticPodRemove(Agents& agents) : AgentFault(agents) {}

  FaultText describe(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {fmt::format("move the static pod manifest of {} on {} away", program_of(target.role), target.node.name),
            "move it back; the kubelet starts the pod"};
  }
  std::vector<TargetRole> takes(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {target.role};
  }
  Result<Json> prove_healed(const Injection& injection, const Json& injected, const Interrupt& interrupt) override {
    return prove_successor(injection, injected, "/gone"_json_pointer, interrupt);
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    AgentRequest out{"static-pod.remove", process_choice(target), kEffect};
    out.parameters["manifest"] = program_of(target.role);
    return out;
  }
};

}  // namespace

std::unique_ptr<Fault> make_static_pod_remove(const FaultDoors& doors) {
  return std::make_unique<StaticPodRemove>(doors.agents);
}

}  // namespace hadrill
