// Owns what every fault can do: say whether it is available and what it takes, inject with proof, heal with proof.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/interrupt.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "plan/plan.hpp"

namespace hadrill {

/// One fault on one target.
struct Injection {
  std::string id;  ///< in journals and in names of what is made on the node: lower-case letters, digits, '-'
  ResolvedTarget target;
  Json parameters = Json::object();  ///< as in the scenario, defaults written in
  Duration ttl{};                    ///< after this it is undone even if nobody says so
};

/// Evidence that a fault is in force. T0, the instant of its effect, lies in [t0_lower, t0_upper] on CLOCK_MONOTONIC.
struct InjectionProof {
  Instant t0_lower;
  Instant t0_upper;
  Json evidence = Json::object();
};

/// What would be done, for people who want to know before.
struct FaultText {
  std::string effect;  ///< e.g. "send SIGKILL to the etcd process on n1"
  std::string undo;    ///< e.g. "the kubelet starts it again"
};

/// One kind of fault. Adding one: docs/architecture.md, "Add a fault".
class Fault {
 public:
  virtual ~Fault() = default;
  virtual FaultText describe(const ResolvedTarget& target, const Json& parameters) const = 0;
  /// Roles whose instance does not serve, or not at some time, because of the fault: what the guard counts.
  virtual std::vector<TargetRole> takes(const ResolvedTarget& target, const Json& parameters) const = 0;
  /// Whether it is in force until it is healed. What is done once and leaves nothing to undo is not: nothing is wrong
  /// when a reboot takes what the agent knew of it.
  virtual bool stays(const Json& /*parameters*/) const { return true; }
  /// The nodes whose instances takes() is about: the target's, unless the fault says otherwise.
  virtual std::vector<Node> reach(const ResolvedTarget& target) const { return {target.node}; }
  /// Whether it could be injected now. Changes nothing. Error: why not, and what would work instead.
  virtual Status available(const Injection& injection, const Interrupt& interrupt) = 0;
  /// Breaks it. Error: not done or not proven, and whatever was done is undone; nothing may be concluded then.
  virtual Result<InjectionProof> inject(const Injection& injection, const Interrupt& interrupt) = 0;
  /// Evidence that it is in force now. Error: it is not.
  virtual Result<Json> prove(const Injection& injection, const Interrupt& interrupt) = 0;
  /// Takes it back and proves that nothing of it is left. Idempotent. Error: something may be left.
  virtual Result<Json> heal(const Injection& injection, const Interrupt& interrupt) = 0;
  /// Evidence that what was broken works again; `injected` is the evidence of the injection. Error: not yet, or not.
  virtual Result<Json> prove_healed(const Injection& injection, const Json& injected, const Interrupt& interrupt) = 0;
};

}  // namespace hadrill
