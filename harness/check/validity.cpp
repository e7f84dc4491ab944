#include "check/validity.hpp"

#include <algorithm>

namespace hadrill {

LatenessWindows::LatenessWindows(const SampleLog& log, const Window& window) : window_(window) {
  const Duration length = window.end - window.t0_lower;
  seconds_.resize(static_cast<std::size_t>((length + kLength - Duration(1)) / kLength));
  // A prober with half the length as period has a slot in every second, whatever its phase.
  for (const ProberInfo& prober : log.header.probers) expects_samples_ |= prober.period <= kLength / 2;
  for (const Sample& sample : log.samples) {
    const auto index = index_of(sample.scheduled);
    if (!index || sample.outcome == Outcome::aborted) continue;
    Second& second = seconds_[*index];
    second.seen = true;
    if (sample.sent.ns == 0) continue;  // never sent: its neighbours tell how late the harness was
    const Duration late = std::max(Duration::zero(), sample.sent - sample.scheduled);
    second.late |= late > kLatest;
    lateness_.push_back({sample.scheduled, late});
  }
}

std::optional<std::size_t> LatenessWindows::index_of(Instant at) const {
  if (at < window_.t0_lower || at >= window_.end) return std::nullopt;
  return static_cast<std::size_t>((at - window_.t0_lower) / kLength);
}

bool LatenessWindows::invalid(std::size_t index) const {
  const bool whole = window_.t0_lower + kLength * static_cast<std::int64_t>(index + 1) <= window_.end;
  return seconds_[index].late || (expects_samples_ && whole && !seconds_[index].seen);
}

bool LatenessWindows::invalid_at(Instant scheduled) const {
  const auto index = index_of(scheduled);
  return index && invalid(*index);
}

Validity LatenessWindows::summary(Instant end) const {
  Validity validity;
  for (std::size_t i = 0; i < seconds_.size(); ++i) {
    if (window_.t0_lower + kLength * static_cast<std::int64_t>(i) >= end) break;
    ++validity.windows;
    if (invalid(i)) ++validity.invalid_windows;
  }
  std::vector<Duration> late;
  for (const Lateness& one : lateness_) {
    if (one.scheduled < end) late.push_back(one.late);
  }
  if (late.empty()) return validity;
  std::sort(late.begin(), late.end());
  validity.max_lateness = late.back();
  // Nearest rank: the smallest value that at least 99 % do not exceed.
  validity.p99_lateness = late[(late.size() * 99 + 99) / 100 - 1];
  return validity;
}

}  // namespace hadrill
