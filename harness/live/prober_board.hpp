// Owns what is known of one prober while a run goes on: the samples that may still be joined by others, and the
// verdict's own walk over those before them. Pure.
#pragma once

#include <map>

#include "check/prober_walk.hpp"
#include "live/snapshot.hpp"

namespace hadrill::live {

class ProberBoard {
 public:
  explicit ProberBoard(ProberInfo info) : info_(std::move(info)) {}
  ProberBoard(const ProberBoard&) = delete;
  ProberBoard& operator=(const ProberBoard&) = delete;

  const ProberInfo& info() const { return info_; }
  /// Samples come in the order in which requests ended. What says nothing about the service is passed over.
  void see(const Sample& sample);
  /// T0 is known: from now on outages are counted within `window`, which outlives this; its end may move.
  void open(const Window* window);
  /// The window's end will not move any more: later slots are none of the verdict's business.
  void close() { closed_ = true; }
  /// Everything whose slot is so old that no earlier one can still come is counted for good.
  void settle(Instant now);

  /// As the verdict would tell it, if the run ended at the window's end. Only with a window.
  ProberOutages outages() const;
  /// `name`, standing and recent requests.
  ProberRow row(Instant now) const;

 private:
  bool counts(const Sample& sample) const { return !closed_ || sample.scheduled <= window_->end; }

  ProberInfo info_;
  std::map<std::uint32_t, Sample> open_;  ///< by slot
  std::int64_t settled_ = -1;             ///< the last slot that is counted for good
  const Window* window_ = nullptr;
  bool closed_ = false;
  std::optional<ProberWalk> walk_;
  std::optional<Instant> bad_since_;  ///< sent instant of the first of the bad ones that are the latest
};

}  // namespace hadrill::live
