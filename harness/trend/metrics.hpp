// Owns the newest trial of each scenario as metrics, for a node exporter's textfile collector and for whoever reads
// OpenMetrics. Pure.
#pragma once

#include <string>
#include <vector>

#include "trend/trial.hpp"

namespace hadrill::trend {

enum class MetricsFormat {
  /// Text exposition format 0.0.4: what a textfile collector reads. It knows no info and no stateset: those are gauges.
  prometheus,
  /// OpenMetrics 1.0, with units, info, stateset and "# EOF"; a textfile collector refuses it.
  openmetrics,
};

/// A trial without a verdict: it died, did not begin, or is going on.
struct Attempt {
  std::string scenario;
  std::string topology;     ///< "" unknown
  std::string started_utc;  ///< as StoredTrial has it; "" unknown, which is never passed over
};

/// Metrics of the newest trial of each scenario on each topology, whatever its verdict, and how many trials there are
/// with each verdict. An attempt that is no older than the newest trial takes that one's verdict away ("none"): what a
/// night did not measure must not look like what the night before did. One on an unknown topology counts as long as no
/// later trial of its scenario has a verdict. Names and labels: docs/ci.md, "Metrics". Times in seconds, shares as
/// ratios; a time that was not seen to end is +Inf at its upper end.
/// Source: Prometheus, exposition formats; OpenMetrics 1.0.0.
std::string metrics_text(std::vector<StoredTrial> trials, const std::vector<Attempt>& attempts, MetricsFormat format);

}  // namespace hadrill::trend
