#include "check/validity.hpp"

#include <algorithm>

namespace hadrill {

LatenessWindows::LatenessWindows(const std::vector<ProberInfo>& probers, const Window& window, Instant judged_until)
    : window_(window), judged_until_(judged_until) {
  const Duration length = window.end - window.t0_lower;
  seconds_.resize(static_cast<std::size_t>((length + kLength - Duration(1)) / kLength));
  for (const ProberInfo& prober : probers) {
    // A prober with half the length as period has a slot in every second, whatever its phase.
    expects_samples_ |= prober.period <= kLength / 2;
    null_.push_back(prober.null_prober());
  }
}

void LatenessWindows::add(const ClosedSecond& second) {
  if (second.index() < 0 || second.index() >= static_cast<std::int64_t>(seconds_.size())) return;
  Second& flags = seconds_[static_cast<std::size_t>(second.index())];
  for (std::size_t prober = 0; prober < second.probers(); ++prober) {
    for (const Sample& sample : second.samples_of(prober)) {
      if (sample.scheduled >= window_.end) continue;
      flags.seen = true;
      flags.null_bad |= null_[prober] && sample.outcome != Outcome::ok;
      if (sample.sent.ns == 0) continue;  // never sent: its neighbours tell how late the harness was
      const Duration late = std::max(Duration::zero(), sample.sent - sample.scheduled);
      flags.late |= late > kLatest;
      if (sample.scheduled < judged_until_) lateness_.add(late);
    }
  }
}

std::optional<std::size_t> LatenessWindows::index_of(Instant at) const {
  if (at < window_.t0_lower || at >= window_.end) return std::nullopt;
  return static_cast<std::size_t>((at - window_.t0_lower) / kLength);
}

bool LatenessWindows::invalid(std::size_t index) const {
  const Second& second = seconds_[index];
  const bool whole = window_.t0_lower + kLength * static_cast<std::int64_t>(index + 1) <= window_.end;
  return second.late || second.null_bad || (expects_samples_ && whole && !second.seen);
}

bool LatenessWindows::invalid_at(Instant scheduled) const {
  const auto index = index_of(scheduled);
  return index && invalid(*index);
}

bool LatenessWindows::invalid_throughout(const Interval& interval) const {
  const Instant begin = std::max(interval.begin, window_.t0_lower);
  const Instant end = std::min(interval.end, window_.end);
  if (begin >= end) return false;
  // The interval is open: what ends with a second does not touch the next one.
  const std::size_t last = index_of(end - Duration(1)).value_or(0);
  for (std::size_t index = index_of(begin).value_or(0); index <= last; ++index) {
    if (!invalid(index)) return false;
  }
  return true;
}

Validity LatenessWindows::summary() const {
  Validity validity;
  validity.null_prober = std::find(null_.begin(), null_.end(), true) != null_.end();
  for (std::size_t i = 0; i < seconds_.size(); ++i) {
    if (window_.t0_lower + kLength * static_cast<std::int64_t>(i) >= judged_until_) break;
    ++validity.windows;
    if (invalid(i)) ++validity.invalid_windows;
    if (seconds_[i].null_bad) ++validity.null_bad_windows;
  }
  validity.max_lateness = lateness_.max();
  validity.p99_lateness = lateness_.percentile(0.99);
  return validity;
}

}  // namespace hadrill
