#include "stats/shift.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "stats/rank_distribution.hpp"

namespace hadrill::stats {
namespace {

std::vector<double> differences(const std::vector<double>& first, const std::vector<double>& second) {
  std::vector<double> all;
  all.reserve(first.size() * second.size());
  for (const double a : first) {
    for (const double b : second) all.push_back(b - a);
  }
  return all;
}

/// The greatest k with P(U <= k - 1) <= tail, 0 for none.
std::size_t place_exactly(std::size_t n, std::size_t m, double tail) {
  const std::size_t small = std::min(n, m);
  std::vector<std::int64_t> ranks(n + m);
  std::iota(ranks.begin(), ranks.end(), std::int64_t{1});
  const RankSums sums(ranks, small);
  const auto least = static_cast<std::int64_t>(small * (small + 1) / 2);  // the rank sum at which U is 0
  std::size_t k = 0;
  while (k < n * m / 2 && sums.at_most(least + static_cast<std::int64_t>(k)) <= tail) ++k;
  return k;
}

std::size_t place_by_normal(std::size_t n, std::size_t m, double tail) {
  const auto pairs = static_cast<double>(n) * static_cast<double>(m);
  const double spread = std::sqrt(pairs * static_cast<double>(n + m + 1) / 12);
  return static_cast<std::size_t>(std::max(0.0, std::floor(pairs / 2 - normal_quantile(tail) * spread)));
}

}  // namespace

double shift_estimate(const std::vector<double>& first, const std::vector<double>& second) {
  assert(!first.empty() && !second.empty());
  return median(differences(first, second));
}

std::optional<Range> shift_interval(const std::vector<double>& first, const std::vector<double>& second,
                                    double confidence) {
  const double tail = (1 - confidence) / 2;
  const std::size_t n = first.size();
  const std::size_t m = second.size();
  if (n == 0 || m == 0) return std::nullopt;
  const std::size_t k = n + m <= kExactUpTo ? place_exactly(n, m, tail) : place_by_normal(n, m, tail);
  if (k == 0) return std::nullopt;
  std::vector<double> all = differences(first, second);
  std::sort(all.begin(), all.end());
  return Range{all[k - 1], all[all.size() - k]};
}

}  // namespace hadrill::stats
