// node.kill, lb.kill: a container of the cluster killed; it stays down until healed.
#include <fmt/format.h>

#include "fault/engine_fault.hpp"

namespace hadrill {
namespace {

class ContainerKill final : public EngineFault {
 public:
  ContainerKill(const FaultDoors& doors, std::string name) : EngineFault(doors, std::move(name)) {}

  FaultText describe(const ResolvedTarget& target, const Json& /*parameters*/) const override {
    return {fmt::format("kill the container {} (docker kill): everything on it ends at once and stays down",
                        target.node.name),
            "start it (docker start), with the address it had"};
  }

 protected:
  Result<InjectionProof> break_container(const HostEntry& entry, const ContainerState& before,
                                         const Interrupt& interrupt) override {
    return kill(entry, before, interrupt);
  }
  std::string why_not_in_force(const HostEntry& /*entry*/, const ContainerState& now) const override {
    return now.running || now.restarting ? "its container runs" : "";
  }
};

}  // namespace

std::unique_ptr<Fault> make_node_kill(const FaultDoors& doors) {
  return std::make_unique<ContainerKill>(doors, "node.kill");
}

std::unique_ptr<Fault> make_lb_kill(const FaultDoors& doors) {
  return std::make_unique<ContainerKill>(doors, "lb.kill");
}

}  // namespace hadrill
