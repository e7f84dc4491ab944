// disk.slow: every write of a component takes at least about so long until it is on disk, until healed.
#include <fmt/format.h>

#include "base/duration.hpp"
#include "fault/agent_fault.hpp"
#include "fault/faults.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// Writes are timed before and after, each of them as slow as asked or some times slower.
constexpr auto kThrottle = 60s;
/// The component is restarted and has to serve again, see disk_full.cpp.
constexpr auto kFuse = 240s;

bool by_fuse(const Json& parameters) { return json_text(parameters, "/way") == "fuse"; }

class DiskSlow final : public AgentFault {
 public:
  explicit DiskSlow(Agents& agents) : AgentFault(agents) {}

  FaultText describe(const ResolvedTarget& target, const Json& parameters) const override {
    const std::string delay = json_text(parameters, "/delay");
    if (by_fuse(parameters)) {
      return {fmt::format("restart {} on a file system that waits {} before each sync", process_text(target), delay),
              "unmount it and restart the process"};
    }
    return {
        fmt::format("throttle the block device for {}: a sync takes at least about {}", process_text(target), delay),
        "take the throttle away"};
  }
  std::vector<TargetRole> takes(const ResolvedTarget& target, const Json& parameters) const override {
    if (by_fuse(parameters)) return {target.role};  // while it restarts
    return {};
  }
  Result<Json> prove_healed(const Injection& injection, const Json& /*injected*/, const Interrupt& interrupt) override {
    return prove_running(agents(), injection.target, 0, interrupt);
  }

 protected:
  Result<AgentRequest> request(const ResolvedTarget& target, const Json& parameters) const override {
    const auto delay = parse_duration(json_text(parameters, "/delay"));
    if (!delay.ok()) return usage_error("disk.slow", "delay: " + delay.error().message);
    AgentRequest out{"disk.slow", process_choice(target), by_fuse(parameters) ? kFuse : kThrottle};
    out.parameters["way"] = json_text(parameters, "/way", "throttle");
    out.parameters["delayMs"] = std::chrono::duration_cast<std::chrono::milliseconds>(*delay).count();
    return out;
  }
};

}  // namespace

std::unique_ptr<Fault> make_disk_slow(const FaultDoors& doors) { return std::make_unique<DiskSlow>(doors.agents); }

}  // namespace hadrill
