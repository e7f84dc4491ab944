// cpu.stress: so many CPUs' worth of busy work on a node until healed. Everything on it gets less, nothing ends.
#include <fmt/format.h>

#include "fault/agent_fault.hpp"
#include "fault/faults.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

class CpuStress final : public AgentFault {
 public:
  explicit CpuStress(Agents& agents) : AgentFault(agents) {}

  FaultText describe(const ResolvedTarget& target, const Json& parameters) const override {
    return {fmt::format("keep {} CPUs of {} busy, bounded by the quota of a control group",
                        json_get<double>(parameters, "/cpus").value_or(0), target.node.name),
            "end the busy processes, remove the control group"};
  }
  std::vector<TargetRole> takes(const ResolvedTarget& /*target*/, const Json& /*parameters*/) const override {
    return {};
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& /*target*/, const Json& parameters) const override {
    const auto cpus = json_get<double>(parameters, "/cpus");
    if (!cpus) return usage_error("cpu.stress", "it needs cpus, a number, e.g. cpus: 1.5");
    return AgentRequest{"cpu.stress", {{"cpus", *cpus}}, 30s};
  }
};

}  // namespace

std::unique_ptr<Fault> make_cpu_stress(const FaultDoors& doors) { return std::make_unique<CpuStress>(doors.agents); }

}  // namespace hadrill
