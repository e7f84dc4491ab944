// node.pause, lb.pause: every process of a container stopped by the freezer until healed. Peers see it hang: its kernel
// still completes connections, and nobody answers.
#include <fmt/format.h>

#include "fault/engine_fault.hpp"

namespace hadrill {
namespace {

/// The freezer of cgroup v1 can miss processes that are being made while it stops the others; the engine then thaws all
/// of them and gives up ("unable to freeze"). Asked again, it mostly succeeds.
constexpr int kAttempts = 5;

class ContainerPause final : public EngineFault {
 public:
  ContainerPause(const FaultDoors& doors, std::string name) : EngineFault(doors, std::move(name)) {}

  FaultText describe(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {fmt::format("pause the container {} (docker pause): every process on it stands still", target.node.name),
            "let it go on (docker unpause)"};
  }

 protected:
  Result<InjectionProof> break_container(const HostEntry& entry, const ContainerState& /*before*/,
                                         const Interrupt& interrupt) override {
    const MonotonicClock clock;
    InjectionProof proof;
    proof.t0_lower = clock.now();
    Status paused = doors().docker.pause(entry.container_id, interrupt);
    int attempts = 1;
    // T0 stays that of the first one: what it froze before it gave up stood still for a moment.
    for (; !paused.ok() && attempts < kAttempts && !interrupt.raised(); ++attempts)
      paused = doors().docker.pause(entry.container_id, interrupt);
    if (!paused.ok()) return paused.error();
    // The command returns when the freezer has stopped all of them.
    proof.t0_upper = clock.now();
    const auto state = doors().docker.state(entry.container_id, interrupt);
    if (!state.ok()) return state.error();
    if (!state->running || !state->paused)
      return infrastructure_error(entry.fault, "the engine does not say that " + entry.container + " is paused");
    proof.evidence = {
        {"running", true}, {"paused", true}, {"pid", state->pid}, {"seenBy", "docker inspect"}, {"attempts", attempts}};
    return proof;
  }
  std::string why_not_in_force(const HostEntry& /*entry*/, const ContainerState& now) const override {
    return now.running && now.paused ? "" : "its container is not paused";
  }
};

}  // namespace

std::unique_ptr<Fault> make_node_pause(const FaultDoors& doors) {
  return std::make_unique<ContainerPause>(doors, "node.pause");
}

std::unique_ptr<Fault> make_lb_pause(const FaultDoors& doors) {
  return std::make_unique<ContainerPause>(doors, "lb.pause");
}

}  // namespace hadrill
