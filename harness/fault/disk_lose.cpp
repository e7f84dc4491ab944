// disk.lose: a pod's volume is empty until healed, and the pod's processes start again on it.
#include <fmt/format.h>

#include "fault/agent_fault.hpp"
#include "fault/faults.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// For its processes to end after SIGKILL.
constexpr auto kEffect = 30s;

class DiskLose final : public AgentFault {
 public:
  explicit DiskLose(Agents& agents) : AgentFault(agents) {}

  FaultText describe(const ResolvedTarget& target, const Json& parameters) const override {
    return {fmt::format("set the content of volume {} of {} aside, and send SIGKILL to its processes",
                        json_text(parameters, "/path"), to_string(target)),
            "give the volume its content back, and kill those who began on the empty one"};
  }
  std::vector<TargetRole> takes(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {target.role};
  }
  Result<Json> prove_healed(const Injection& injection, const Json& injected, const Interrupt& interrupt) override {
    return prove_successor(injection, injected, "/process"_json_pointer, interrupt);
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& target, const Json& parameters) const override {
    AgentRequest out{"disk.lose", process_choice(target), kEffect};
    out.parameters["folder"] = json_text(parameters, "/path");
    return out;
  }
};

}  // namespace

std::unique_ptr<Fault> make_disk_lose(const FaultDoors& doors) { return std::make_unique<DiskLose>(doors.agents); }

}  // namespace hadrill
