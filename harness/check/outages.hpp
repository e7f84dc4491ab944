// Owns the way from samples to outages. Definitions and why the bounds hold: docs/sli-reference.md, "Outages".
#pragma once

#include <vector>

#include "check/validity.hpp"

namespace hadrill {

/// One prober's samples up to the end of the window, in the order of their slots, each slot once, without aborted ones.
using Series = std::vector<Sample>;

/// One series per prober of the header.
std::vector<Series> series_of(const SampleLog& log, std::optional<Instant> end);

/// A fault cannot have caused what was known before it.
bool known_before(const Sample& sample, const ProberInfo& prober, Instant t0_lower);

/// Between two samples sent further apart than this nobody asked: slots are missing, or the harness was stalled. That
/// time is unknown.
Duration gap_limit(const ProberInfo& prober);

/// One prober, judged.
struct ProberOutages {
  Downtime downtime;  ///< of the judged window
  ProberResult result;
};

/// Without a window only the counts before the fault are filled in.
ProberOutages find_outages(const Series& series, const ProberInfo& prober, const std::optional<Window>& window,
                           const LatenessWindows* lateness);

/// Longest, total, availability of a set of downtimes of which `bad` samples tell.
OutageSummary summarise(const Downtime& downtime, const Window& window, std::size_t bad);

}  // namespace hadrill
