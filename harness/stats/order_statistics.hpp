// Owns what a few values say about the middle and the ends of the distribution they are from, whatever that is. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace hadrill::stats {

inline constexpr double kConfidence = 0.95;

/// The value in the middle; of an even number the mean of the two. Values may be infinite, never NaN; not empty.
double median(std::vector<double> values);

/// Places among `n` values in order, from 1, between which the median of the distribution lies with at least
/// `confidence`: [1, 6] of 6, [2, 9] of 10, [6, 15] of 20. nullopt: not even the smallest and the greatest value
/// enclose it with that confidence, which at 95 % is so below 6. Source: Conover, Practical Nonparametric Statistics
/// (1999), section 3.2; the sign test's binomial.
std::optional<std::pair<std::size_t, std::size_t>> median_places(std::size_t n, double confidence = kConfidence);

/// The highest of the quantiles 0.5, 0.75, 0.9, 0.95 and 0.99 that the greatest of `n` values bounds from above with
/// `confidence`, so that it may be named: from 5, 11, 29, 59 and 299 values on at 95 %. nullopt: none; there is only a
/// greatest value. A "p95" of 5 trials would say what 5 trials cannot know.
/// Source: Wilks, Annals of Mathematical Statistics 12 (1941) 91-96: q^n <= 1 - confidence.
std::optional<double> nameable_quantile(std::size_t n, double confidence = kConfidence);

}  // namespace hadrill::stats
