// disk.full: every change of a component's data answered with "no space left on device" until healed. No disk is
// filled.
#include <fmt/format.h>

#include "fault/agent_fault.hpp"
#include "fault/faults.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// Its kubelet needs up to 120 s to start the component again, which needs up to 60 s to serve.
constexpr auto kEffect = 240s;

class DiskFull final : public AgentFault {
 public:
  explicit DiskFull(Agents& agents) : AgentFault(agents) {}

  FaultText describe(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {fmt::format("restart {} on a file system of ours, which then refuses every change (ENOSPC)",
                        process_text(target)),
            "unmount it and restart the process on the real one, which was never filled"};
  }
  std::vector<TargetRole> takes(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {target.role};
  }
  Result<Json> prove_healed(const Injection& injection, const Json& injected, const Interrupt& interrupt) override {
    // Whoever was under the full disk was ended by healing at the latest.
    return prove_successor(injection, injected, "/process"_json_pointer, interrupt);
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return AgentRequest{"disk.full", process_choice(target), kEffect};
  }
};

}  // namespace

std::unique_ptr<Fault> make_disk_full(const FaultDoors& doors) { return std::make_unique<DiskFull>(doors.agents); }

}  // namespace hadrill
