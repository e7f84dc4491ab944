#include "trend/compare.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <utility>

#include "base/duration.hpp"
#include "stats/order_statistics.hpp"
#include "stats/rank_test.hpp"

namespace hadrill::trend {
namespace {

constexpr double kOpen = std::numeric_limits<double>::infinity();

using Key = std::pair<std::string, std::string>;

std::optional<stats::Range> range_of(const Measure& measure) {
  if (measure.time) {
    return stats::Range{seconds_of(measure.time->lower),
                        measure.time->upper ? seconds_of(*measure.time->upper) : kOpen};
  }
  if (measure.share) return stats::Range{1 - measure.share->upper, 1 - measure.share->lower};
  return std::nullopt;
}

/// The bounds of `id` in all trials that measured it; those whose SLO is an error or aborted did not.
Values values_of(const TrialSet& trials, const std::string& id, std::vector<Measure> StoredTrial::*list) {
  Values values;
  for (const StoredTrial* trial : trials) {
    for (const Measure& measure : trial->*list) {
      if (measure.id != id || measure.judgement > Judgement::fail) continue;
      if (const auto range = range_of(measure)) {
        values.lower.push_back(range->lower);
        values.upper.push_back(range->upper);
      }
      break;
    }
  }
  return values;
}

bool measured_as_share(const TrialSet& trials, const std::string& id, std::vector<Measure> StoredTrial::*list) {
  return std::any_of(trials.begin(), trials.end(), [&](const StoredTrial* trial) {
    const auto& measures = trial->*list;
    return std::any_of(measures.begin(), measures.end(),
                       [&id](const Measure& measure) { return measure.id == id && measure.share; });
  });
}

CompareSide side_of(Values values) {
  CompareSide side;
  side.n = values.lower.size();
  std::sort(values.lower.begin(), values.lower.end());
  std::sort(values.upper.begin(), values.upper.end());
  side.median = {stats::median(values.lower), stats::median(values.upper)};
  side.max = {values.lower.back(), values.upper.back()};
  if (const auto places = stats::median_places(side.n))
    side.median_interval = stats::Range{values.lower[places->first - 1], values.upper[places->second - 1]};
  return side;
}

/// The width of an error bar in the middle of all: what this SLI can be told apart by. Open ones tell nothing.
double resolution_of(const Values& base, const Values& next) {
  std::vector<double> widths;
  for (const Values* side : {&base, &next}) {
    for (std::size_t i = 0; i < side->lower.size(); ++i) {
      if (std::isfinite(side->upper[i])) widths.push_back(side->upper[i] - side->lower[i]);
    }
  }
  return widths.empty() ? 0 : stats::median(widths);
}

double relevant_shift(const Relevance& relevance, const CompareRow& row, double resolution) {
  if (relevance.time && !row.share) return seconds_of(*relevance.time);
  const double median = std::isfinite(row.base.median.upper) ? row.base.median.upper : row.base.median.lower;
  const double share = (relevance.time ? Relevance().share : relevance.share) * median;
  return relevance.floors ? std::max({share, resolution, row.share ? kLeastShare : kLeastSeconds}) : share;
}

/// Everything but the adjusted p and what is called a change.
CompareRow measure_row(const Values& base, const Values& next, const CompareOptions& options) {
  CompareRow row;
  row.base = side_of(base);
  row.next = side_of(next);
  // Slower must hold even if every base trial took as long, and every new one as little, as its error bar allows.
  const double slower = stats::rank_test(base.upper, next.lower).p_greater;
  const double faster = stats::rank_test(base.lower, next.upper).p_less;
  row.p = std::min(1.0, 2 * std::min(slower, faster));
  row.shift = {stats::shift_estimate(base.upper, next.lower), stats::shift_estimate(base.lower, next.upper)};
  row.effect = {stats::cliffs_delta(base.upper, next.lower), stats::cliffs_delta(base.lower, next.upper)};
  const auto least = stats::shift_interval(base.upper, next.lower);
  const auto most = stats::shift_interval(base.lower, next.upper);
  if (least && most) row.shift_interval = stats::Range{least->lower, most->upper};
  if (stats::smallest_p(row.base.n, row.next.n) > options.level) row.change = Change::too_few;
  return row;
}

void add_rows(Comparison& out, const Key& key, const TrialSet& base, const TrialSet& next,
              std::vector<Measure> StoredTrial::*list) {
  std::vector<std::string> ids;
  for (const StoredTrial* trial : next) {
    for (const Measure& measure : trial->*list) {
      if (std::find(ids.begin(), ids.end(), measure.id) == ids.end()) ids.push_back(measure.id);
    }
  }
  for (const std::string& id : ids) {
    const Values before = values_of(base, id, list);
    const Values after = values_of(next, id, list);
    if (before.lower.empty() || after.lower.empty()) continue;
    CompareRow row = measure_row(before, after, out.options);
    row.scenario = key.first;
    row.topology = key.second;
    row.sli = id;
    row.share = measured_as_share(next, id, list);
    row.relevant = relevant_shift(out.options.relevance, row, resolution_of(before, after));
    const double least = seconds_of(out.options.relevance.time.value_or(Duration::zero()));
    if (!row.share) row.exceedances = exceedances_of(before, after, least, out.options.level);
    out.rows.push_back(std::move(row));
  }
}

using Groups = std::map<Key, TrialSet>;

Groups groups_of(const std::vector<StoredTrial>& trials, std::vector<Excluded>& excluded) {
  Groups groups;
  for (const StoredTrial& trial : trials) {
    if (const auto reason = why_not_counted(trial)) {
      excluded.push_back({trial.directory, *reason});
    } else {
      groups[{trial.scenario, trial.topology}].push_back(&trial);
    }
  }
  return groups;
}

TrialSet all_of(const Groups& groups) {
  TrialSet all;
  for (const auto& [key, trials] : groups) all.insert(all.end(), trials.begin(), trials.end());
  return all;
}

/// The rows of one scenario on one topology, or why it has none.
void add_group(Comparison& out, const Key& key, const TrialSet& base, const TrialSet& next) {
  std::vector<std::string> spoiling = spoiling_differences(base, next);
  if (!spoiling.empty()) {
    out.not_comparable.push_back({key.first, key.second, std::move(spoiling)});
    if (!out.options.force) return;
  }
  add_rows(out, key, base, next, &StoredTrial::slos);
  if (out.options.phases) add_rows(out, key, base, next, &StoredTrial::phases);
}

void call_shift(CompareRow& row, double level) {
  if (row.change == Change::too_few || row.adjusted_p > level) return;
  if (row.shift.lower > 0 && row.shift.lower >= row.relevant) row.change = Change::worse;
  if (row.shift.upper < 0 && -row.shift.upper >= row.relevant) row.change = Change::better;
}

/// Only what could show a change is part of the family: the rest are no tests.
void call_changes(Comparison& out) {
  std::vector<double> p;
  std::vector<double*> adjusted;
  const auto join_family = [&](auto& test) {
    if (test.change == Change::too_few) return;
    p.push_back(test.p);
    adjusted.push_back(&test.adjusted_p);
  };
  for (CompareRow& row : out.rows) {
    join_family(row);
    for (Exceedance& exceedance : row.exceedances) join_family(exceedance);
  }
  out.tested = p.size();
  const std::vector<double> values = stats::adjusted_p(p);
  for (std::size_t i = 0; i < values.size(); ++i) *adjusted[i] = values[i];
  for (CompareRow& row : out.rows) {
    call_shift(row, out.options.level);
    for (Exceedance& exceedance : row.exceedances) call_exceedance(exceedance, out.options.level);
  }
}

std::string name_of(const Key& key) { return key.first + " on " + key.second; }

}  // namespace

Result<Relevance> parse_relevance(const std::string& text) {
  if (!text.empty() && text.back() == '%') {
    const std::string number = text.substr(0, text.size() - 1);
    char* end = nullptr;
    const double percent = std::strtod(number.c_str(), &end);
    if (number.empty() || *end != '\0' || !std::isfinite(percent) || percent < 0)
      return usage_error("--relevant", "\"" + text + "\" is no share such as 10% and no time such as 500ms");
    return Relevance{percent / 100, std::nullopt, false};
  }
  const auto time = parse_duration(text);
  if (!time.ok())
    return usage_error("--relevant", "\"" + text + "\" is no share such as 10% and no time such as 500ms");
  return Relevance{Relevance().share, *time, true};
}

Change CompareRow::verdict() const {
  for (const Change called : {Change::worse, Change::better}) {
    const auto says = [called](const Exceedance& one) { return one.change == called; };
    if (change == called || std::any_of(exceedances.begin(), exceedances.end(), says)) return called;
  }
  return change;
}

bool Comparison::regression() const {
  return std::any_of(rows.begin(), rows.end(), [](const CompareRow& row) { return row.verdict() == Change::worse; });
}

bool Comparison::all_refused() const { return rows.empty() && !options.force && !not_comparable.empty(); }

const NotComparable* Comparison::refused(const std::string& scenario, const std::string& topology) const {
  if (options.force) return nullptr;
  const auto found = std::find_if(not_comparable.begin(), not_comparable.end(), [&](const NotComparable& group) {
    return group.scenario == scenario && group.topology == topology;
  });
  return found == not_comparable.end() ? nullptr : &*found;
}

Comparison compare(const std::vector<StoredTrial>& base, const std::vector<StoredTrial>& next,
                   const CompareOptions& options) {
  Comparison out;
  out.options = options;
  const Groups before = groups_of(base, out.excluded);
  const Groups after = groups_of(next, out.excluded);
  out.differences = other_differences(all_of(before), all_of(after));
  for (const auto& [key, trials] : before) {
    if (!after.contains(key)) out.one_sided.push_back(name_of(key) + ": only the base has trials that count");
  }
  for (const auto& [key, trials] : after) {
    const auto found = before.find(key);
    if (found == before.end()) {
      out.one_sided.push_back(name_of(key) + ": only the new side has trials that count");
      continue;
    }
    add_group(out, key, found->second, trials);
  }
  call_changes(out);
  return out;
}

std::pair<std::vector<StoredTrial>, std::vector<StoredTrial>> split_history(std::vector<StoredTrial> trials,
                                                                            std::size_t newest) {
  put_in_order(trials);
  std::map<Key, std::size_t> left;  // trials that count and are not yet on the new side
  for (const StoredTrial& trial : trials) {
    if (!why_not_counted(trial)) ++left[{trial.scenario, trial.topology}];
  }
  std::pair<std::vector<StoredTrial>, std::vector<StoredTrial>> sides;
  for (StoredTrial& trial : trials) {
    std::size_t& remaining = left[{trial.scenario, trial.topology}];
    const bool counts = !why_not_counted(trial);
    (remaining > newest ? sides.first : sides.second).push_back(std::move(trial));
    if (counts) --remaining;
  }
  return sides;
}

}  // namespace hadrill::trend
