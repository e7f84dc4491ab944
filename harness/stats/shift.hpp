// Owns by how much one group of values lies above another. Pure.
#pragma once

#include <optional>
#include <vector>

#include "stats/order_statistics.hpp"

namespace hadrill::stats {

/// From `lower` to `upper`; either may be infinite.
struct Range {
  double lower = 0;
  double upper = 0;

  friend bool operator==(const Range&, const Range&) = default;
};

/// Hodges and Lehmann's estimate of the shift from `first` to `second`: the median of all differences second - first.
/// Unit: of the values. Neither is empty; infinities of one sign must not be in both.
/// Source: Hodges and Lehmann, Annals of Mathematical Statistics 34 (1963) 598-611.
double shift_estimate(const std::vector<double>& first, const std::vector<double>& second);

/// The interval that holds the shift with at least `confidence`: between the k-th smallest and the k-th greatest
/// difference, k from the distribution of U without ties (wider than need be where there are some). nullopt: there are
/// too few values for that confidence, whatever they are; at 95 % below 4 against 4.
/// Source: Lehmann, Nonparametrics (1975), section 2.6; Hollander and Wolfe, Nonparametric Statistical Methods (1999),
/// section 4.3.
std::optional<Range> shift_interval(const std::vector<double>& first, const std::vector<double>& second,
                                    double confidence = kConfidence);

}  // namespace hadrill::stats
