#include "check/steadiness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/duration.hpp"
#include "check/outages.hpp"

namespace hadrill {
namespace {

constexpr Duration kSecond = std::chrono::seconds(1);

Duration latency_of(const Sample& sample) { return sample.done - sample.scheduled; }

}  // namespace

Steadiness::Steadiness(const std::vector<ProberInfo>& probers, const Window& window)
    : window_(window), whole_seconds_((window.end - window.t0_lower) / kSecond) {
  for (std::size_t i = 0; i < probers.size(); ++i) {
    if (!probers[i].user_facing()) continue;
    tracks_.emplace_back();
    tracks_.back().prober = probers[i];
    tracks_.back().index = i;
  }
}

void Steadiness::add(const ClosedSecond& second) {
  if (second.index() < 0) return add_baseline(second);
  if (!baseline_ended_) end_baseline();
  if (steady_from_ || second.index() >= whole_seconds_) return;
  advance_to(second.index());
  for (Track& track : tracks_) {
    Count& count = track.recent[static_cast<std::size_t>(current_ % kSeconds)];
    for (const Sample& sample : second.samples_of(track.index)) {
      ++count.all;
      if (sample.outcome != Outcome::ok || latency_of(sample) > track.threshold) ++count.over;
    }
    track.sum.all += count.all;
    track.sum.over += count.over;
  }
}

void Steadiness::add_baseline(const ClosedSecond& second) {
  for (Track& track : tracks_) {
    for (const Sample& sample : second.samples_of(track.index)) {
      const bool warm_up = window_.steady_began && sample.scheduled < *window_.steady_began;
      if (warm_up || sample.outcome != Outcome::ok || !known_before(sample, track.prober, window_.baseline_end()))
        continue;
      track.baseline.add(latency_of(sample));
    }
  }
}

void Steadiness::end_baseline() {
  baseline_ended_ = true;
  for (Track& track : tracks_) {
    const auto p99 = static_cast<double>(track.baseline.percentile(0.99).count());
    track.threshold = Duration(static_cast<std::int64_t>(kFactor * p99));
  }
}

void Steadiness::advance_to(std::int64_t index) {
  while (current_ < index && !steady_from_) {
    close_current();
    ++current_;
    bool empty = true;
    for (Track& track : tracks_) {
      Count& oldest = track.recent[static_cast<std::size_t>(current_ % kSeconds)];
      track.sum.all -= oldest.all;
      track.sum.over -= oldest.over;
      oldest = {};
      empty = empty && track.sum.all == 0;
    }
    // Nothing is left to be forgotten: no need to go through a long time without samples second by second.
    if (empty) current_ = index;
  }
}

void Steadiness::close_current() {
  if (current_ + 1 < kSeconds) return;
  if (std::all_of(tracks_.begin(), tracks_.end(), [this](const Track& track) { return steady(track); })) {
    steady_from_ = current_ + 1 - kSeconds;
  }
}

bool Steadiness::steady(const Track& track) const {
  const double planned = static_cast<double>(kSeconds) / seconds_of(track.prober.period);
  if (track.sum.all == 0 || track.sum.all < kLeastCoverage * planned) return false;
  // The nearest rank: the percentile is within the threshold when at least 99 % of the samples are.
  constexpr double kSlack = 1e-9;
  const double within = std::ceil(0.99 * track.sum.all - kSlack);
  return track.sum.all - track.sum.over >= within;
}

Steadiness::Result Steadiness::result() const {
  Steadiness done = *this;
  if (!done.baseline_ended_) done.end_baseline();
  if (whole_seconds_ > 0) done.advance_to(whole_seconds_ - 1);
  if (whole_seconds_ > 0 && !done.steady_from_) done.close_current();
  Result result;
  std::vector<std::string> few;
  for (const Track& track : done.tracks_) {
    if (track.baseline.count() < kLeastSamples) few.push_back(track.prober.name);
  }
  const Duration uncertain = window_.t0_upper - window_.t0_lower;
  const auto since = [&](std::int64_t seconds) { return std::max(Duration::zero(), kSecond * seconds - uncertain); };
  if (whole_seconds_ < kSeconds) {
    result.not_measured =
        fmt::format("the window is {} long; {} of it after T0 are needed",
                    format_seconds(window_.end - window_.t0_lower), format_duration(kSecond * kSeconds));
  } else if (done.tracks_.empty()) {
    result.not_measured = "no user-facing prober";
  } else if (!few.empty()) {
    result.not_measured =
        fmt::format("fewer than {} good samples before the fault: {}", kLeastSamples, fmt::join(few, ", "));
  } else if (done.steady_from_) {
    result.since_t0 = Bounds{since(*done.steady_from_ - 1), kSecond * *done.steady_from_};
  } else {
    result.since_t0 = Bounds{since(whole_seconds_ - kSeconds), std::nullopt};
  }
  return result;
}

}  // namespace hadrill
