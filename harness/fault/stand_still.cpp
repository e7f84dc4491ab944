// process.pause, container.freeze: one component's process, or every process of its container, stands still until
// healed. Peers see it hang, not refuse.
#include <fmt/format.h>

#include "fault/agent_fault.hpp"
#include "fault/faults.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// How one of the two is told to people and to the agent.
struct Way {
  const char* effect;
  const char* text;  ///< with {} for the process
  const char* undo;
  Duration wait;
};

constexpr Way kPause{"process.pause", "stop {} with SIGSTOP", "SIGCONT", 10s};
constexpr Way kFreeze{"container.freeze", "freeze the container of {}", "thaw it", 20s};

class StandStill final : public AgentFault {
 public:
  StandStill(Agents& agents, const Way& way) : AgentFault(agents), way_(way) {}

  FaultText describe(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {fmt::format(fmt::runtime(way_.text), process_text(target)), way_.undo};
  }
  std::vector<TargetRole> takes(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {target.role};
  }
  Result<Json> prove_healed(const Injection& injection, const Json& /*injected*/, const Interrupt& interrupt) override {
    return prove_running(agents(), injection.target, 0, interrupt);
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return AgentRequest{way_.effect, process_choice(target), way_.wait};
  }

 private:
  const Way& way_;
};

}  // namespace

std::unique_ptr<Fault> make_process_pause(const FaultDoors& doors) {
  return std::make_unique<StandStill>(doors.agents, kPause);
}

std::unique_ptr<Fault> make_container_freeze(const FaultDoors& doors) {
  return std::make_unique<StandStill>(doors.agents, kFreeze);
}

}  // namespace hadrill
