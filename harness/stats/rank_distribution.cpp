#include "stats/rank_distribution.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace hadrill::stats {

std::vector<std::int64_t> doubled_midranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&values](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<std::int64_t> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    // Ranks count from 1: the mean of first + 1 ... end, twice.
    const auto doubled = static_cast<std::int64_t>(first + 1 + end);
    for (std::size_t at = first; at < end; ++at) ranks[order[at]] = doubled;
    first = end;
  }
  return ranks;
}

RankSums::RankSums(const std::vector<std::int64_t>& ranks, std::size_t take) {
  assert(take <= ranks.size());
  const auto most = static_cast<std::size_t>(std::accumulate(ranks.begin(), ranks.end(), std::int64_t{0}));
  // ways[k][s]: sets of k of the ranks seen so far with sum s. From large k down, so that each rank is taken once.
  std::vector<std::vector<double>> ways(take + 1, std::vector<double>(most + 1, 0.0));
  ways[0][0] = 1;
  std::size_t reached = 0;
  std::size_t seen = 0;
  for (const std::int64_t rank : ranks) {
    const auto step = static_cast<std::size_t>(rank);
    reached += step;
    ++seen;
    for (std::size_t k = std::min(take, seen); k > 0; --k) {
      for (std::size_t sum = reached + 1; sum-- > step;) ways[k][sum] += ways[k - 1][sum - step];
    }
  }
  share_ = std::move(ways[take]);
  const double all = choose(ranks.size(), take);
  for (double& share : share_) share /= all;
}

double RankSums::at_most(std::int64_t sum) const {
  double p = 0;
  for (std::size_t at = 0; at < share_.size() && static_cast<std::int64_t>(at) <= sum; ++at) p += share_[at];
  return std::min(p, 1.0);
}

double RankSums::at_least(std::int64_t sum) const {
  double p = 0;
  for (std::size_t at = share_.size(); at > 0 && static_cast<std::int64_t>(at - 1) >= sum; --at) p += share_[at - 1];
  return std::min(p, 1.0);
}

double choose(std::size_t of, std::size_t take) {
  double ways = 1;
  take = std::min(take, of - take);
  for (std::size_t i = 1; i <= take; ++i) ways = ways * static_cast<double>(of - take + i) / static_cast<double>(i);
  return std::round(ways);
}

double normal_tail(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

double normal_quantile(double tail) {
  assert(tail > 0 && tail < 1);
  double low = -40;
  double high = 40;
  for (int halving = 0; halving < 100; ++halving) {
    const double middle = (low + high) / 2;
    (normal_tail(middle) > tail ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace hadrill::stats
