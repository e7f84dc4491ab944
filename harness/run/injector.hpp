// Owns the faults of one trial: none is made that the cluster could not bear, and none stays.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cluster/readiness.hpp"
#include "fault/catalogue.hpp"
#include "fault/residue.hpp"
#include "plan/guard.hpp"
#include "scenario/scenario.hpp"

namespace hadrill {

/// What an injector works with; all must outlive it.
struct InjectorContext {
  const Topology& topology;
  Readiness& readiness;
  Catalogue& catalogue;
  const FaultDoors& doors;
  Clock& clock;
  const Interrupt& interrupt;
  std::uint64_t seed = 0;
  std::function<void(const std::string&)> progress;
  std::function<void(const char* type, Json data)> record;  ///< writes an event of now
};

class Injector {
 public:
  explicit Injector(InjectorContext context);

  /// Puts the agents into all nodes and sees that every step's fault could be made. Error: which could not, and why.
  Status prepare(const std::vector<Step>& method);
  /// Whether any fault was injected, or begun.
  bool has_injected() const { return !injected_.empty(); }
  /// Resolves the targets, does the arithmetic, breaks each with proof. `now`: what a look just saw; needed after the
  /// first fault. Error: refused, not done, not proven.
  Status inject(const InjectStep& step, const std::optional<Check>& now);
  /// Undoes a step's fault on every target, with proof that nothing of it is left. Error: something may be left.
  Status heal(const std::string& step);
  /// Whether a fault is in force that stays so until it is undone.
  bool in_force() const;
  /// Undoes those that are, with proof. Returns their steps. Error: something may be left.
  Result<std::vector<std::string>> heal_in_force();
  /// The same for every step that was not healed. Runs to its end whatever signals come. What fails is in the events.
  void heal_rest();
  /// Sees what was broken work again, each at most `longest` from now. Error: interrupted.
  Status prove_healed(Duration longest);
  /// Looks on this machine and on every node for what faults leave. What is found is in the events, as not healed.
  void find_residue();

 private:
  struct Injected {
    std::string step;
    Fault* fault = nullptr;
    Injection injection;
    Json evidence;
    bool proven = false;
    bool undone = false;

    bool in_force() const { return !undone && fault->stays(injection.parameters); }
  };

  Result<std::vector<ResolvedTarget>> targets_of(const InjectStep& step);
  std::vector<Injection> injections_of(const InjectStep& step, const std::vector<ResolvedTarget>& targets);
  Status guard(const InjectStep& step, const std::optional<Check>& now, const std::vector<RoleImpact>& impacts) const;
  Status inject_one(const InjectStep& step, Fault& fault, const Injection& injection);
  Status undo(Injected& one, const Interrupt& interrupt);
  void hear(const AgentNews& news);

  InjectorContext context_;
  std::vector<Injected> injected_;
};

/// Losses that a step's fault on these targets brings.
std::vector<Loss> losses_of(const Fault& fault, const InjectStep& step, const std::vector<ResolvedTarget>& targets);

}  // namespace hadrill
