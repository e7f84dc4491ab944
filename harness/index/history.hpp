// Owns how an SLI went from trial to trial: what was measured, where it cannot be compared, and what a comparison with
// the trials before would call. Few trials have a middle and a greatest value, and no percentiles. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "index/overview.hpp"
#include "trend/compare.hpp"

namespace hadrill::index {

inline constexpr std::size_t kMostPoints = 40;  ///< trials of a chart, the newest ones
inline constexpr std::size_t kMostSeries = 8;   ///< charts of a row

/// What one trial says of an SLI.
struct Point {
  const Entry* entry = nullptr;
  /// In seconds, or a share of time that was up, from 0 to 1. upper is infinite: not seen to end. nullopt: not
  /// measured.
  std::optional<stats::Range> value;
  std::optional<double> budget;  ///< the most allowed; of a share the least
  std::optional<double> least;   ///< the least allowed ("budget: auto")
  Judgement judgement = Judgement::error;
  bool counts = false;  ///< its numbers say something about the cluster (trend::why_not_counted)
  std::string before;   ///< why it cannot be compared with the trial that counts before it; "" it can
};

/// One SLI of a row.
struct Series {
  std::string sli;
  bool share = false;
  std::vector<Point> points;  ///< oldest first, at most kMostPoints
  std::size_t left_out = 0;   ///< older ones
  // Of the trials that count, from the last one on that cannot be compared with those before it.
  std::size_t n = 0;
  stats::Range median;             ///< of lower and of upper bounds; n > 0
  stats::Range worst;              ///< likewise; of a share the least
  std::optional<double> quantile;  ///< which one `worst` bounds, if n can know any (stats::nameable_quantile)
  bool apart = false;              ///< older trials are not in n: machine or pace differ
  /// What `hadrill compare --against-history` says; nullptr: it does not compare this one.
  const trend::CompareRow* compared = nullptr;
};

/// The SLIs with a budget, in the order of the newest trial that has any. `comparison` must outlive them.
std::vector<Series> series_of(const Row& row, const trend::Comparison& comparison);

/// As `hadrill compare --against-history` does with its defaults: the newest five trials that count of each scenario on
/// each topology against all before.
trend::Comparison compare_history(const Root& root);

}  // namespace hadrill::index
