// Owns what the events say about the course of a run: when the fault was in force, how long was observed, how it ended.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "check/judge.hpp"

namespace hadrill {

struct Timeline {
  enum class End {
    finished,
    interrupted,
    failed,
    missing,  ///< the history stops: the harness was killed
  };
  End end = End::missing;
  std::string reason;                    ///< of `failed`, as recorded; of `interrupted`, by what
  std::optional<Instant> probing_began;  ///< the probers' start
  /// Start of the hold that led to the fault. What probers saw before it was warm-up, not baseline.
  std::optional<Instant> steady_began;
  /// Effect of the first proven fault. For a scenario without any fault (a control): when the steady state had held.
  std::optional<Instant> t0_lower;
  std::optional<Instant> t0_upper;
  /// Since when the harness was at work on that fault: choosing targets, asking for health, preparing. Of histories
  /// that tell it.
  std::optional<Instant> preparing_from;
  std::optional<Instant> window_end;
};

/// From the events. What they do not tell of a run (probing_began, window_end) is left open: its samples have to.
Timeline read_timeline(const RunContext& run);

/// Whether the scenario breaks anything.
bool breaks_something(const Scenario& scenario);

/// The stretch of time that SLIs are about.
struct Window {
  Instant t0_lower;
  Instant t0_upper;
  Instant end;
  std::optional<Instant> steady_began = std::nullopt;
  /// Begin of the preparation of the fault, where the baseline ends; without one at t0_lower.
  std::optional<Instant> preparing_from = std::nullopt;

  Instant baseline_end() const { return preparing_from ? std::min(*preparing_from, t0_lower) : t0_lower; }
};

/// When what an event tells happened: at the latest when it was told, at the earliest at notBeforeNs where it has that
/// (all had been told until then), else at the same instant.
Interval told_in(const Event& event);

/// When something happened, counted from T0. Not before T0: what may have been earlier counts from zero.
Bounds since_t0(const Interval& at, const Window& window);

/// nullopt when there is none: no T0, or nothing observed after it.
std::optional<Window> judged_window(const Timeline& timeline);

}  // namespace hadrill
