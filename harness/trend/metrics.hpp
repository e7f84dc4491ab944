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

/// Metrics of the newest trial of each scenario on each topology, whatever its verdict, and how many trials there are
/// with each verdict. Names and labels: docs/ci.md, "Metrics". Times in seconds, shares as ratios; a time that was not
/// seen to end is +Inf at its upper end.
/// Source: Prometheus, exposition formats; OpenMetrics 1.0.0.
std::string metrics_text(std::vector<StoredTrial> trials, MetricsFormat format);

}  // namespace hadrill::trend
