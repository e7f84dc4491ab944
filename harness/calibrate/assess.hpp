// Owns the question whether what was measured is what was true. Pure.
#pragma once

#include <optional>
#include <string>

#include "calibrate/truth.hpp"
#include "check/verdict.hpp"

namespace hadrill::calibrate {

/// Of the probers in a calibration.
inline constexpr Duration kPeriod = std::chrono::milliseconds(50);
/// For what a request takes to reach the server, and for the harness's own lateness.
inline constexpr Duration kLeeway = std::chrono::milliseconds(20);
/// An outage measured further from the truth than this is measured wrongly. docs/calibration.md, "The bound".
inline constexpr Duration kBound = kPeriod + kLeeway;

/// How well instrument and reference could do their work.
struct Conditions {
  bool valid = true;    ///< the judge trusts the measurement: its gates `validity` and `baseline` pass
  Duration lateness{};  ///< the most by which the prober's and the server's threads were late, together
  std::string doubt;    ///< if not valid: why
};

struct Assessment {
  Judgement judgement = Judgement::error;  ///< pass, fail or inconclusive
  std::optional<Duration> error;           ///< from the middle of the measured bounds to the truth
  Duration bound{};                        ///< what `error` may be
  std::size_t outages = 1;                 ///< that the length is the sum of: `error` and `bound` are for all of them
  std::string reason;                      ///< in words, unless it passed
};

/// A length of time. `measured` nullopt: there is no number, which fails unless the instrument was disturbed.
/// `outages`: that it is the sum of; each may be off by kBound.
Assessment assess(const Extent& truth, const std::optional<Bounds>& measured, const Conditions& conditions,
                  std::size_t outages = 1);

/// Something that is either right or wrong: a number of requests, a finding.
Assessment assess_exact(const std::string& truth, const std::string& measured, const Conditions& conditions);

}  // namespace hadrill::calibrate
