#include "page/axis.hpp"

#include <algorithm>

#include "check/measurement.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// A history that claims to be longer is damaged.
constexpr Duration kLongest = std::chrono::hours(1000);
/// A run of no length still has an axis.
constexpr Duration kShortest = 1s;

/// What is finer, and in how many bins; the rest has about as many as kCoarseBins.
constexpr Duration kFineBefore = 15s;
constexpr Duration kFineAfter = 90s;
constexpr std::int64_t kFineBins = 420;
constexpr std::int64_t kCoarseBins = 340;
/// Finer than this no prober asks.
constexpr Duration kFinest = 50ms;

/// 1, 2 or 5 times a power of ten, at least `width`.
Duration rounded_up(Duration width) {
  std::int64_t step = kFinest.count();
  for (int i = 0; step < width.count(); ++i) step = i % 3 == 1 ? step / 2 * 5 : step * 2;
  return Duration(step);
}

void append_bins(std::vector<Instant>& edges, Instant end, std::int64_t bins) {
  const Duration whole = end - edges.back();
  if (whole <= Duration::zero()) return;
  const Duration width = rounded_up(whole / bins);
  while (edges.back() + width < end) edges.push_back(edges.back() + width);
  edges.push_back(end);
}

}  // namespace

std::int64_t Axis::at(Instant instant) const {
  return (std::clamp(instant, begin, end) - origin) / std::chrono::microseconds(1);
}

Result<Axis> axis_of(const RunContext& run, const Verdict& verdict, SampleStream& samples) {
  const auto& events = run.events.events;
  const Event* started = run.events.first(event_type::probers_started);
  const Event* stopped = run.events.last(event_type::probers_stopped);
  std::optional<Instant> begin = started != nullptr ? std::optional(started->at) : std::nullopt;
  std::optional<Instant> end = stopped != nullptr ? std::optional(stopped->at) : std::nullopt;
  if (!begin || !end) {
    const auto extent = extent_of(samples);
    if (!extent.ok()) return extent.error();
    if (!begin) begin = extent->first;
    if (!end) end = extent->last;
  }
  Axis axis;
  axis.begin = begin.value_or(events.empty() ? Instant{} : events.front().at);
  axis.end = end.value_or(events.empty() ? Instant{} : events.back().at);
  axis.end = std::max(axis.end, verdict.times.window_end.value_or(axis.end));
  axis.from_t0 = verdict.times.t0_lower.has_value();
  axis.origin = verdict.times.t0_lower.value_or(axis.begin);
  axis.begin = std::min(axis.begin, axis.origin);
  axis.end = std::clamp(axis.end, std::max(axis.origin, axis.begin + kShortest), axis.begin + kLongest);
  axis.origin = std::clamp(axis.origin, axis.begin, axis.end);
  return axis;
}

BinGrid::BinGrid(const Axis& axis) {
  const Instant fine = std::clamp(axis.origin - kFineBefore, axis.begin, axis.end);
  const Instant coarse = std::clamp(axis.origin + kFineAfter, axis.begin, axis.end);
  const Duration rest = (fine - axis.begin) + (axis.end - coarse);
  edges_.push_back(axis.begin);
  const auto share = [rest](Duration part) {
    return std::max<std::int64_t>(1, kCoarseBins * (part / 1ms) / std::max<std::int64_t>(1, rest / 1ms));
  };
  append_bins(edges_, fine, share(fine - axis.begin));
  append_bins(edges_, coarse, kFineBins);
  append_bins(edges_, axis.end, share(axis.end - coarse));
}

std::size_t BinGrid::bin_of(Instant at, std::size_t from) const {
  const auto first = edges_.begin() + static_cast<std::ptrdiff_t>(std::min(from, bins() - 1)) + 1;
  const auto after = std::upper_bound(first, edges_.end() - 1, at);
  return static_cast<std::size_t>(after - edges_.begin()) - 1;
}

}  // namespace hadrill
