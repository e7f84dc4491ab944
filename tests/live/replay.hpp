// Plays a stored or made-up run to a board, as it would have come while it went on.
#pragma once

#include <algorithm>

#include "check/judge.hpp"
#include "live/board.hpp"

namespace hadrill::test {

/// When the prober thread knew of a sample.
inline Instant told_at(const Sample& sample) { return std::max({sample.done, sample.sent, sample.scheduled}); }

class Replay {
 public:
  explicit Replay(RunRecord record) : record_(std::move(record)) {
    std::stable_sort(record_.samples.samples.begin(), record_.samples.samples.end(),
                     [](const Sample& a, const Sample& b) { return told_at(a) < told_at(b); });
    std::stable_sort(record_.events.events.begin(), record_.events.events.end(),
                     [](const Event& a, const Event& b) { return a.at < b.at; });
  }

  const RunRecord& record() const { return record_; }
  Instant begin() const { return record_.events.events.front().at; }
  Instant end() const { return record_.events.events.back().at; }

  /// Everything up to `until` that was not played before.
  template <typename Audience>
  void play(Audience& audience, Instant until) {
    if (!begun_) audience.begin(record_.samples.header);
    begun_ = true;
    const auto& samples = record_.samples.samples;
    for (; sample_ < samples.size() && told_at(samples[sample_]) <= until; ++sample_) audience.see(samples[sample_]);
    const auto& events = record_.events.events;
    for (; event_ < events.size() && events[event_].at <= until; ++event_) audience.see(events[event_]);
  }

 private:
  RunRecord record_;
  bool begun_ = false;
  std::size_t sample_ = 0;
  std::size_t event_ = 0;
};

}  // namespace hadrill::test
