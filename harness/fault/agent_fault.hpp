// Owns the faults that an agent makes inside a node: all of the interface but what is particular to one fault.
#pragma once

#include "fault/agents.hpp"
#include "fault/fault.hpp"

namespace hadrill {

/// What is asked of the agent: an effect of harness/agent/effects and its parameters.
struct AgentRequest {
  std::string effect;
  Json parameters = Json::object();
  Duration wait{};  ///< the longest the effect may need to be in force or to be undone
};

/// Whether the effect could be made on `node` as fault `id`. Changes nothing there but the agent's executable.
Status plan_effect(Agents& agents, const Node& node, const std::string& id, const AgentRequest& wanted,
                   const Interrupt& interrupt);
/// Makes it, for `ttl` at most. Error: not done or not proven, and undone on that node.
Result<InjectionProof> inject_effect(Agents& agents, const Node& node, const std::string& id,
                                     const AgentRequest& wanted, Duration ttl, const Interrupt& interrupt);
/// Undoes fault `id` on `node` and proves it; the agent may need `wait` for that.
Result<Json> heal_effect(Agents& agents, const Node& node, const std::string& id, Duration wait,
                         const Interrupt& interrupt);

class AgentFault : public Fault {
 public:
  Status available(const Injection& injection, const Interrupt& interrupt) override;
  Result<InjectionProof> inject(const Injection& injection, const Interrupt& interrupt) override;
  Result<Json> prove(const Injection& injection, const Interrupt& interrupt) override;
  Result<Json> heal(const Injection& injection, const Interrupt& interrupt) override;
  /// By default: the agent has undone it and nothing more has to come back.
  Result<Json> prove_healed(const Injection& injection, const Json& injected, const Interrupt& interrupt) override;

 protected:
  explicit AgentFault(Agents& agents) : agents_(agents) {}
  /// Error (usage): parameters that make no sense.
  virtual Result<AgentRequest> request(const ResolvedTarget& target, const Json& parameters) const = 0;
  /// What is asked when it is planned and injected: by default request(); more where something has to be read or made
  /// first.
  virtual Result<AgentRequest> prepare(const Injection& injection, const Interrupt& interrupt);
  Agents& agents() { return agents_; }
  /// Evidence that a successor runs of the process that `injected` has at `pointer`.
  Result<Json> prove_successor(const Injection& injection, const Json& injected, const Json::json_pointer& pointer,
                               const Interrupt& interrupt);

 private:
  Agents& agents_;
};

/// Parameter `ifLeading`: nothing is to be done to a target that does not lead.
bool if_leading(const Json& parameters);
/// Program name of a component's process, e.g. "kube-apiserver"; "" for roles that are no single program.
std::string program_of(TargetRole role);
/// In words, e.g. "the kube-apiserver process on n1" or "pod web-0 on n2".
std::string process_text(const ResolvedTarget& target);
/// The members by which the agent finds the target's process: program, pod.
Json process_choice(const ResolvedTarget& target);
/// Every role that has an instance on `node`: what the loss of a whole node takes.
std::vector<TargetRole> roles_on(const Node& node);
/// Evidence that a process of the target runs, one that started after clock tick `after`. Error: there is none.
Result<Json> prove_running(Agents& agents, const ResolvedTarget& target, std::uint64_t after,
                           const Interrupt& interrupt);

}  // namespace hadrill
