// process.pause: one component's process stopped by SIGSTOP until healed. Peers see it hang, not refuse.
#include <fmt/format.h>

#include "fault/agent_fault.hpp"
#include "fault/faults.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

class ProcessPause final : public AgentFault {
 public:
  explicit ProcessPause(Agents& agents) : AgentFault(agents) {}

  FaultText describe(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {fmt::format("stop {} with SIGSTOP", process_text(target)), "SIGCONT"};
  }
  std::vector<TargetRole> takes(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {target.role};
  }
  Result<Json> prove_healed(const Injection& injection, const Json& /*injected*/, const Interrupt& interrupt) override {
    return prove_running(agents(), injection.target, 0, interrupt);
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return AgentRequest{"process.pause", process_choice(target), 10s};
  }
};

}  // namespace

std::unique_ptr<Fault> make_process_pause(const FaultDoors& doors) {
  return std::make_unique<ProcessPause>(doors.agents);
}

}  // namespace hadrill
