// kubelet.stop, containerd.stop: a systemd unit of a node stopped until healed. Containers run on without it.
#include <fmt/format.h>

#include "fault/agent_fault.hpp"
#include "fault/faults.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// systemd gives a unit 90 s to stop.
constexpr auto kEffect = 100s;

class UnitStop final : public AgentFault {
 public:
  UnitStop(Agents& agents, std::string unit) : AgentFault(agents), unit_(std::move(unit)) {}

  FaultText describe(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {fmt::format("stop the unit {} on {}", unit_, target.node.name), "start it"};
  }
  std::vector<TargetRole> takes(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {target.role};
  }
  Result<Json> prove_healed(const Injection& injection, const Json& /*injected*/, const Interrupt& interrupt) override {
    return prove_running(agents(), injection.target, 0, interrupt);
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& /*target*/, const Json& /*parameters*/) const override {
    return AgentRequest{"unit.stop", {{"unit", unit_}}, kEffect};
  }

 private:
  std::string unit_;
};

}  // namespace

std::unique_ptr<Fault> make_kubelet_stop(const FaultDoors& doors) {
  return std::make_unique<UnitStop>(doors.agents, "kubelet");
}

std::unique_ptr<Fault> make_containerd_stop(const FaultDoors& doors) {
  return std::make_unique<UnitStop>(doors.agents, "containerd");
}

}  // namespace hadrill
