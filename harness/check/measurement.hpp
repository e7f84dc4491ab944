// Owns the one pass over the samples: what every part of the judge wants to know of them, in memory that does not grow
// with their number.
#pragma once

#include "check/prober_walk.hpp"
#include "check/steadiness.hpp"
#include "check/validity.hpp"
#include "history/sample_stream.hpp"

namespace hadrill {

/// What is known from the events alone, before the first sample.
struct Frame {
  std::optional<Window> window;
  std::optional<Instant> end;  ///< later slots are not the run's
  Instant validity_end;        ///< end of the stretch in which the harness has to be punctual
  IntervalSet not_owed;
  /// Writes sent, or acknowledged, before these are not looked at for Measurements::first_write.
  Instant writes_sent_from;
  Instant writes_acknowledged_from;
};

/// What the samples say.
struct Measurements {
  std::vector<ProberOutages> probers;       ///< as in the header; `planned` is not filled in
  std::optional<LatenessWindows> lateness;  ///< with a window; so is the next
  std::optional<Steadiness::Result> steady;
  DurationHistogram all_lateness;  ///< of every request of the file
  std::size_t requests = 0;
  std::size_t connections_opened = 0;
  /// Of all writes that Frame lets be looked at and that were acknowledged within the window, however late: the
  /// first was sent not before `begin` and acknowledged by `end`.
  std::optional<Interval> first_write;
};

/// First and last slot of a history that does not say itself when it began and ended.
struct SampleExtent {
  std::optional<Instant> first;
  std::optional<Instant> last;  ///< not aborted
};
Result<SampleExtent> extent_of(SampleStream& samples);

/// Reads the stream from its beginning. The order of its samples does not matter; one that is farther from that of
/// their slots than a run can make it costs memory for all of them. Error: of the stream.
Result<Measurements> measure(SampleStream& samples, const Frame& frame);

}  // namespace hadrill
