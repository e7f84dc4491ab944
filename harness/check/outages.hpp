// Owns the way from samples to outages. Definitions and why the bounds hold: docs/sli-reference.md, "Outages".
#pragma once

#include <vector>

#include "check/owed.hpp"

namespace hadrill {

/// When it was known what became of a request: when it ended, or was overdue by its SLI deadline.
Instant known_at(const Sample& sample, const ProberInfo& prober);
/// An event cannot have caused what was known before it.
bool known_before(const Sample& sample, const ProberInfo& prober, Instant event);

/// Between two samples sent further apart than this nobody asked: slots are missing, or the harness was stalled. That
/// time is unknown.
Duration gap_limit(const ProberInfo& prober);

/// How much bad there was, for the whole window and for its parts.
struct BadCounts {
  std::size_t bad = 0;
  std::size_t late = 0;
  bool proven = false;

  void add(const BadCounts& other) {
    bad += other.bad;
    late += other.late;
    proven |= other.proven;
  }
};
struct WindowCounts {
  BadCounts whole;
  BadCounts owed;
  BadCounts not_owed;

  void add(const WindowCounts& other) {
    whole.add(other.whole);
    owed.add(other.owed);
    not_owed.add(other.not_owed);
  }
};

/// Longest, total, availability of united sets. Availability is that of the time in `parts`, which is united; unknown
/// when there is none.
OutageSummary summarise(const IntervalSet& proven, const IntervalSet& possible, const IntervalSet& parts,
                        const BadCounts& counts);

/// Everything about users' down time: of the window, while owed, while not owed, in the worst windows.
UserOutages user_outages(const IntervalSet& proven, const IntervalSet& possible, const Window& window,
                         const IntervalSet& not_owed, const WindowCounts& counts);

/// The union of the probers that `merged` are about: down when any of them is.
ApiResult merge_users(const std::vector<const Downtime*>& merged, const Window& window, const IntervalSet& not_owed,
                      const WindowCounts& counts);

/// Leaves the kOutagesListed longest by upper bound, in the order they were.
void keep_longest(std::vector<Outage>& outages);
void keep_longest(std::vector<MergedOutage>& outages);

}  // namespace hadrill
