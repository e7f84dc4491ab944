// Owns one prober's way through a history, sample by sample in the order of slots: runs of bad ones, gaps, failover.
#pragma once

#include "check/outages.hpp"

namespace hadrill {

/// One prober, judged.
struct ProberOutages {
  ProberResult result;  ///< without planned
  Downtime downtime;    ///< of the judged window
  WindowCounts counts;
  /// As given, but each stretch from the first request on that it caught on its way.
  IntervalSet not_owed;
};

class ProberWalk {
 public:
  /// Without a window only the counts before the fault are filled in. Prober and window must
  /// outlive it.
  ProberWalk(const ProberInfo& prober, const Window* window, IntervalSet not_owed);

  /// The next slot's sample, not aborted. `harness_late`: its second is invalid.
  void step(const Sample& sample, bool harness_late);
  /// When all samples were seen.
  ProberOutages finish();

 private:
  /// A sample on its way to an outage.
  struct Probe {
    Instant at;  ///< when it was sent; never earlier than the one before
    bool good = false;
    bool judged = false;  ///< the fault can have caused it
    bool proven = false;  ///< judged, bad, and not the harness's own doing
  };
  /// Between a good sample (or none) and the next good one (or none).
  struct Run {
    Instant after;
    Outage outage;
    bool judged = false;
    bool any_proven = false;
    Interval proven;    ///< the latest stretch that is proven
    Duration length{};  ///< of those before it
  };
  /// T3 on its way: the good run that may turn out to be long enough.
  struct Failover {
    Instant last_bad;
    Instant first_good;
    std::size_t good = 0;
    bool found = false;
  };

  void count(const Sample& sample, bool before);
  void count_bad(const Sample& sample, const Probe& probe);
  bool caught_while_not_owed(const Sample& sample, Instant at);
  void walk(const Probe& probe);
  void possible(const Interval& interval);
  void extend_run(const Probe& probe, Instant before);
  void extend_proven(Run& run, Instant at);
  void close_proven(Run& run);
  void end_run(Instant end);
  void look_for_failover(const Probe& probe, bool gap);

  const ProberInfo& prober_;
  const Window* window_;
  Duration limit_;
  ProberOutages out_;
  std::optional<Instant> previous_;
  std::optional<Run> run_;
  std::optional<Failover> failover_;
  Duration unknown_{};
};

}  // namespace hadrill
