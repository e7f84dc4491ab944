// Owns process.kill: a signal to one component's process. Heals by itself: the kubelet starts static pods again.
#pragma once

#include "fault/agents.hpp"
#include "fault/fault.hpp"

namespace hadrill {

class ProcessKill final : public Fault {
 public:
  explicit ProcessKill(Agents& agents) : agents_(agents) {}
  std::string describe(const ResolvedTarget& target, const Json& parameters) const override;
  Status prepare(const ResolvedTarget& target, const Interrupt& interrupt) override;
  Result<InjectionProof> inject(const ResolvedTarget& target, const Json& parameters,
                                const Interrupt& interrupt) override;
  Result<Json> prove_healed(const ResolvedTarget& target, const Json& injected, const Interrupt& interrupt) override;

 private:
  Agents& agents_;
};

/// Program name of a component's process, e.g. "kube-apiserver".
std::string program_of(TargetRole role);

}  // namespace hadrill
