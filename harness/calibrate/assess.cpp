#include "calibrate/assess.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"
#include "probe/schedule.hpp"

namespace hadrill::calibrate {
namespace {

/// How far `value` lies outside [lower, upper].
Duration outside(Duration value, Duration lower, Duration upper) {
  return std::max({lower - value, value - upper, Duration::zero()});
}

Assessment undecided(Assessment so_far, std::string reason) {
  so_far.judgement = Judgement::inconclusive;
  so_far.reason = std::move(reason);
  return so_far;
}

/// Off by `by`, of which the instrument's lateness can explain what is not beyond `explained`.
Assessment wrong(Assessment so_far, Duration by, Duration explained, const Conditions& conditions,
                 const std::string& what) {
  if (by <= explained)
    return undecided(std::move(so_far), fmt::format("{}, which threads that were late by up to {} can explain", what,
                                                    format_duration(conditions.lateness)));
  so_far.judgement = Judgement::fail;
  so_far.reason = what;
  return so_far;
}

}  // namespace

Assessment assess(const Extent& truth, const std::optional<Bounds>& measured, const Conditions& conditions,
                  std::size_t outages) {
  const auto count = static_cast<std::int64_t>(std::max<std::size_t>(outages, 1));
  Assessment assessment;
  assessment.bound = kBound * count;
  assessment.outages = static_cast<std::size_t>(count);
  if (!conditions.valid) return undecided(assessment, conditions.doubt);
  if (!measured || !measured->upper) {
    assessment.judgement = Judgement::fail;
    assessment.reason = measured ? "its end was not seen" : "it was not measured";
    return assessment;
  }
  const Duration middle = (measured->lower + *measured->upper) / 2;
  const Duration error = outside(middle, truth.lower, truth.upper);
  assessment.error = error;
  // Both ends of an outage lie between two slots, and in the middle of them but for half of what is between.
  const auto widest = std::chrono::duration_cast<Duration>(kPeriod * Schedule::kLongestGap);
  if (error > assessment.bound)
    return wrong(assessment, error, (widest + conditions.lateness) * count, conditions,
                 fmt::format("measured {} from the truth", format_duration(error)));
  const Duration beyond =
      std::max(outside(truth.upper, measured->lower, kLatest - Instant{}), outside(truth.lower, {}, *measured->upper));
  if (beyond > kLeeway * count)
    return wrong(assessment, beyond, (kLeeway + conditions.lateness) * count, conditions,
                 fmt::format("the truth lies {} outside the measured bounds", format_duration(beyond)));
  assessment.judgement = Judgement::pass;
  return assessment;
}

Assessment assess_exact(const std::string& truth, const std::string& measured, const Conditions& conditions) {
  Assessment assessment;
  if (!conditions.valid) return undecided(assessment, conditions.doubt);
  assessment.judgement = truth == measured ? Judgement::pass : Judgement::fail;
  if (truth != measured) assessment.reason = fmt::format("measured {}, but it was {}", measured, truth);
  return assessment;
}

}  // namespace hadrill::calibrate
