// Owns what every fault can do: say whether it is available, inject with proof, prove that it healed, say what it
// takes.
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

/// Evidence that a fault is in force. T0, the instant of its effect, lies in [t0_lower, t0_upper] on CLOCK_MONOTONIC.
struct InjectionProof {
  Instant t0_lower;
  Instant t0_upper;
  Json evidence = Json::object();
};

/// One kind of fault. Adding one: docs/architecture.md, "Add a fault".
class Fault {
 public:
  virtual ~Fault() = default;
  /// What would be done to `target` and how it is undone, for `hadrill plan`.
  virtual std::string describe(const ResolvedTarget& target, const Json& parameters) const = 0;
  /// Makes injection a matter of one round trip: whatever can be done before the steady state. Error: why it cannot be
  /// used.
  virtual Status prepare(const ResolvedTarget& target, const Interrupt& interrupt) = 0;
  /// Breaks `target`. Error: it was not done or not proven; nothing may be concluded then.
  virtual Result<InjectionProof> inject(const ResolvedTarget& target, const Json& parameters,
                                        const Interrupt& interrupt) = 0;
  /// Evidence that what was broken works again; `injected` is the evidence of the injection. Error: not proven.
  virtual Result<Json> prove_healed(const ResolvedTarget& target, const Json& injected, const Interrupt& interrupt) = 0;
};

}  // namespace hadrill
