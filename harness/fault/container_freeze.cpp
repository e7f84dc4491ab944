// container.freeze: every process of a component's container stopped by the freezer until healed.
#include <fmt/format.h>

#include "fault/agent_fault.hpp"
#include "fault/faults.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

class ContainerFreeze final : public AgentFault {
 public:
  explicit ContainerFreeze(Agents& agents) : AgentFault(agents) {}

  FaultText describe(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {fmt::format("freeze the container of {}", process_text(target)), "thaw it"};
  }
  std::vector<TargetRole> takes(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {target.role};
  }
  Result<Json> prove_healed(const Injection& injection, const Json& /*injected*/, const Interrupt& interrupt) override {
    return prove_running(agents(), injection.target, 0, interrupt);
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return AgentRequest{"container.freeze", process_choice(target), 20s};
  }
};

}  // namespace

std::unique_ptr<Fault> make_container_freeze(const FaultDoors& doors) {
  return std::make_unique<ContainerFreeze>(doors.agents);
}

}  // namespace hadrill
