#include "index/history.hpp"

#include <algorithm>
#include <limits>

#include "base/duration.hpp"
#include "stats/order_statistics.hpp"

namespace hadrill::index {
namespace {

constexpr std::size_t kNewest = 5;  // the default of compare's --last
constexpr double kOpen = std::numeric_limits<double>::infinity();

std::optional<stats::Range> value_of(const trend::Measure& measure) {
  if (measure.judgement > Judgement::fail) return std::nullopt;
  if (measure.time)
    return stats::Range{seconds_of(measure.time->lower),
                        measure.time->upper ? seconds_of(*measure.time->upper) : kOpen};
  if (measure.share) return stats::Range{measure.share->lower, measure.share->upper};
  return std::nullopt;
}

const trend::Measure* measure_of(const Entry& entry, const std::string& sli) {
  if (!entry.stored) return nullptr;
  const auto& slos = entry.stored->slos;
  const auto found = std::find_if(slos.begin(), slos.end(), [&sli](const auto& one) { return one.id == sli; });
  return found == slos.end() ? nullptr : &*found;
}

bool has_budget(const trend::Measure& measure) { return measure.time_budget || measure.share_budget; }

std::vector<std::string> slis_of(const Row& row) {
  std::vector<std::string> slis;
  for (auto entry = row.trials.rbegin(); entry != row.trials.rend(); ++entry) {
    if (!(*entry)->stored) continue;
    for (const trend::Measure& measure : (*entry)->stored->slos) {
      const bool known = std::find(slis.begin(), slis.end(), measure.id) != slis.end();
      if (has_budget(measure) && !known) slis.push_back(measure.id);
    }
  }
  return slis;
}

/// Why each trial cannot be compared with the one that counts before it; "" where it can.
std::vector<std::string> breaks_of(const Row& row) {
  std::vector<std::string> out(row.trials.size());
  const trend::StoredTrial* before = nullptr;
  for (std::size_t i = 0; i < row.trials.size(); ++i) {
    const auto& stored = row.trials[i]->stored;
    if (!stored || trend::why_not_counted(*stored)) continue;
    if (before != nullptr) {
      const auto spoiling = trend::spoiling_differences({before}, {&*stored});
      if (!spoiling.empty()) out[i] = spoiling.front();
    }
    before = &*stored;
  }
  return out;
}

Point point_of(const Entry& entry, const std::string& sli) {
  Point point;
  point.entry = &entry;
  point.counts = entry.stored && !trend::why_not_counted(*entry.stored);
  const trend::Measure* measure = measure_of(entry, sli);
  if (measure == nullptr) return point;
  point.judgement = measure->judgement;
  point.value = value_of(*measure);
  if (measure->time_budget) point.budget = seconds_of(*measure->time_budget);
  if (measure->time_least && *measure->time_least > Duration::zero()) point.least = seconds_of(*measure->time_least);
  if (measure->share_budget) point.budget = *measure->share_budget;
  return point;
}

/// Middle and worst of what can be compared with the newest trial.
void summarise(const std::vector<Point>& points, Series& series) {
  std::vector<double> lower;
  std::vector<double> upper;
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    if (point->counts && point->value) {
      lower.push_back(point->value->lower);
      upper.push_back(point->value->upper);
    }
    if (point->before.empty()) continue;
    series.apart = true;
    break;
  }
  series.n = lower.size();
  if (series.n == 0) return;
  const auto ends = [](const std::vector<double>& values) { return std::minmax_element(values.begin(), values.end()); };
  series.median = {stats::median(lower), stats::median(upper)};
  series.worst = series.share ? stats::Range{*ends(lower).first, *ends(upper).first}
                              : stats::Range{*ends(lower).second, *ends(upper).second};
  series.quantile = stats::nameable_quantile(series.n);
}

const trend::CompareRow* compared_in(const trend::Comparison& comparison, const Row& row, const std::string& sli) {
  const auto found = std::find_if(comparison.rows.begin(), comparison.rows.end(), [&](const trend::CompareRow& one) {
    return one.scenario == row.scenario && one.topology == row.topology && one.sli == sli;
  });
  return found == comparison.rows.end() ? nullptr : &*found;
}

}  // namespace

std::vector<Series> series_of(const Row& row, const trend::Comparison& comparison) {
  const std::vector<std::string> breaks = breaks_of(row);
  std::vector<Series> out;
  for (const std::string& sli : slis_of(row)) {
    Series series;
    series.sli = sli;
    std::vector<Point> points;
    for (std::size_t i = 0; i < row.trials.size(); ++i) {
      points.push_back(point_of(*row.trials[i], sli));
      points.back().before = breaks[i];
      const trend::Measure* measure = measure_of(*row.trials[i], sli);
      series.share = series.share || (measure != nullptr && measure->share_budget);
    }
    summarise(points, series);
    series.left_out = points.size() - std::min(points.size(), kMostPoints);
    series.points.assign(points.end() - static_cast<std::ptrdiff_t>(points.size() - series.left_out), points.end());
    series.compared = compared_in(comparison, row, sli);
    out.push_back(std::move(series));
  }
  return out;
}

trend::Comparison compare_history(const Root& root) {
  std::vector<trend::StoredTrial> trials;
  for (const Entry& entry : root.trials) {
    if (entry.stored) trials.push_back(*entry.stored);
  }
  const auto [base, next] = trend::split_history(std::move(trials), kNewest);
  return trend::compare(base, next, {});
}

}  // namespace hadrill::index
