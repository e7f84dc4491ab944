#include <fmt/format.h>

#include <cmath>

#include "stats/order_statistics.hpp"
#include "trend/compare_report.hpp"

namespace hadrill::trend {
namespace {

Json bound_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json range_json(const stats::Range& range) {
  return {{"lower", bound_or_null(range.lower)}, {"upper", bound_or_null(range.upper)}};
}

Json range_or_null(const std::optional<stats::Range>& range) { return range ? range_json(*range) : Json(); }

Json side_json(const CompareSide& side) {
  const auto quantile = stats::nameable_quantile(side.n);
  return {{"n", side.n},
          {"median", range_json(side.median)},
          {"medianInterval", range_or_null(side.median_interval)},
          {"max", range_json(side.max)},
          {"maxBoundsQuantile", quantile ? Json(*quantile) : Json()}};
}

Json exceeding_json(const Exceeding& side) {
  return {{"n", side.n}, {"proven", side.proven}, {"possible", side.possible}};
}

Json exceedances_json(const std::vector<Exceedance>& exceedances) {
  Json out = Json::array();
  for (const Exceedance& one : exceedances) {
    out.push_back({{"above", one.above},
                   {"base", exceeding_json(one.base)},
                   {"new", exceeding_json(one.next)},
                   {"p", one.p},
                   {"adjustedP", one.adjusted_p},
                   {"verdict", word_of(one)}});
  }
  return out;
}

Json row_json(const CompareRow& row) {
  return {{"scenario", row.scenario},
          {"topology", row.topology},
          {"sli", row.sli},
          {"unit", row.share ? "ratio" : "seconds"},
          {"base", side_json(row.base)},
          {"new", side_json(row.next)},
          {"shift", range_json(row.shift)},
          {"shiftInterval", range_or_null(row.shift_interval)},
          {"effect", range_json(row.effect)},
          {"p", row.p},
          {"adjustedP", row.adjusted_p},
          {"relevant", bound_or_null(row.relevant)},
          {"exceedances", exceedances_json(row.exceedances)},
          {"verdict", word_of(row)}};
}

}  // namespace

Json compare_json(const Comparison& comparison) {
  Json out = {{"version", "hadrill/compare/v1"}, {"level", comparison.options.level},
              {"tests", comparison.tested},      {"regression", comparison.regression()},
              {"rows", Json::array()},           {"excluded", Json::array()},
              {"notComparable", Json::array()},  {"differences", comparison.differences},
              {"oneSided", comparison.one_sided}};
  for (const CompareRow& row : comparison.rows) out["rows"].push_back(row_json(row));
  for (const NotComparable& group : comparison.not_comparable)
    out["notComparable"].push_back(
        fmt::format("{} on {}: {}", group.scenario, group.topology, fmt::join(group.reasons, "; ")));
  for (const Excluded& trial : comparison.excluded)
    out["excluded"].push_back({{"directory", trial.directory}, {"reason", trial.reason}});
  return out;
}

}  // namespace hadrill::trend
