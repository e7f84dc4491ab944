// Owns how somebody looks on while a history is written. What is on disk does not depend on whether anybody does.
#pragma once

#include "history/event.hpp"
#include "history/sample.hpp"
#include "history/sample_header.hpp"

namespace hadrill {

class HistoryWatcher {
 public:
  virtual ~HistoryWatcher() = default;
  /// The tables of the history, before its first sample.
  virtual void begin(const SampleHeader& header) = 0;
  /// Every sample, from the prober thread: has to return within a microsecond or two, and never to wait.
  virtual void see(const Sample& sample) = 0;
  /// Every event, from several threads.
  virtual void see(const Event& event) = 0;
};

}  // namespace hadrill
