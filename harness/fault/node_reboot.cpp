// node.reboot: a node killed and started again at once, as after a loss of power. It heals by itself.
#include <fmt/format.h>

#include "fault/engine_fault.hpp"
#include "fault/host_undo.hpp"

namespace hadrill {
namespace {

class NodeReboot final : public EngineFault {
 public:
  explicit NodeReboot(const FaultDoors& doors) : EngineFault(doors, "node.reboot") {}

  FaultText describe(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {fmt::format("kill the container {} (docker kill) and start it at once", target.node.name),
            "it boots by itself, with the address it had"};
  }

 protected:
  /// T0 is that of the kill; the proof is complete once the container runs again.
  Result<InjectionProof> break_container(const HostEntry& entry, const ContainerState& before,
                                         const Interrupt& interrupt) override {
    auto proof = kill(entry, before, interrupt);
    if (!proof.ok()) return proof;
    const auto started = undo_on_host(doors().docker, entry, doors().journal.read(), interrupt);
    if (!started.ok()) return started.error();
    proof->evidence["running"] = true;
    proof->evidence["startedAgainAt"] = json_text(*started, "/startedAt");
    return proof;
  }
  std::string why_not_in_force(const HostEntry& entry, const ContainerState& now) const override {
    return now.started_at != entry.started_at ? "" : "its container was not started since";
  }
};

}  // namespace

std::unique_ptr<Fault> make_node_reboot(const FaultDoors& doors) { return std::make_unique<NodeReboot>(doors); }

}  // namespace hadrill
