// Owns the faults made from this machine through the container engine: all of the interface but what is particular to
// one fault. They have no agent to undo them when we die; a guard process does (fault/guard.hpp).
#pragma once

#include "cluster/docker.hpp"
#include "fault/exit_watch.hpp"
#include "fault/fault.hpp"
#include "fault/faults.hpp"
#include "fault/host_journal.hpp"

namespace hadrill {

class EngineFault : public Fault {
 public:
  std::vector<TargetRole> takes(const ResolvedTarget& target, const Json& parameters) const override;
  Status available(const Injection& injection, const Interrupt& interrupt) override;
  Result<InjectionProof> inject(const Injection& injection, const Interrupt& interrupt) override;
  Result<Json> prove(const Injection& injection, const Interrupt& interrupt) override;
  Result<Json> heal(const Injection& injection, const Interrupt& interrupt) override;
  /// The container runs, is not paused and has its address. Whether Kubernetes is back is judged elsewhere.
  Result<Json> prove_healed(const Injection& injection, const Json& injected, const Interrupt& interrupt) override;

 protected:
  /// `name`: as in scenarios; of the load balancer when it begins with "lb.", else of nodes.
  EngineFault(const FaultDoors& doors, std::string name) : doors_(doors), name_(std::move(name)) {}

  /// Breaks the container that was seen as `before`; the journal has the entry.
  virtual Result<InjectionProof> break_container(const HostEntry& entry, const ContainerState& before,
                                                 const Interrupt& interrupt) = 0;
  /// Why it is not in force on a container that is now as `now`; "" when it is.
  virtual std::string why_not_in_force(const HostEntry& entry, const ContainerState& now) const = 0;

  /// `docker kill` with proof: its init process is gone, and the engine says that it does not run.
  Result<InjectionProof> kill(const HostEntry& entry, const ContainerState& before, const Interrupt& interrupt);

  const FaultDoors& doors() const { return doors_; }

 private:
  /// The container as it is now. Error: not there, not running, paused, or the fault is not for such a target.
  Result<ContainerState> usable(const ResolvedTarget& target, const Interrupt& interrupt);
  /// What had to be undone to give the target back, without a journal.
  HostEntry entry_of(const Injection& injection) const;

  FaultDoors doors_;
  std::string name_;
};

}  // namespace hadrill
