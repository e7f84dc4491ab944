// Owns the wait for a steady state before anything is broken: how long, and what is said meanwhile.
#pragma once

#include <functional>
#include <string>

#include "base/clock.hpp"
#include "base/interrupt.hpp"
#include "cluster/readiness.hpp"

namespace hadrill {

/// For the cluster to be steady for as long as the scenario wants; a new one is busy with itself for a minute, and what
/// a trial before broke may still come back.
inline constexpr Duration kSteadyTimeout = std::chrono::minutes(5);
/// What is missing is said again when it changes, and as often as this while it does not.
inline constexpr Duration kMissingInterval = std::chrono::seconds(30);

/// What a wait for the steady state is done with.
struct SteadyDoors {
  /// One look at the cluster.
  std::function<Check()> look;
  /// Every condition held at a look: whether that lasts.
  std::function<Result<bool>()> hold;
  std::function<void(const std::string&)> progress;
};

/// Until it has held. Error: interrupted, that of `hold`, or infrastructure with what was missing at the last look.
Status wait_for_steady_state(const SteadyDoors& doors, Clock& clock, const Interrupt& interrupt);

}  // namespace hadrill
