#include "stats/rank_test.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "stats/rank_distribution.hpp"

namespace hadrill::stats {
namespace {

std::vector<double> pooled(const std::vector<double>& first, const std::vector<double>& second) {
  std::vector<double> all = first;
  all.insert(all.end(), second.begin(), second.end());
  return all;
}

/// Counts the smaller group: both tell the same, and it is the cheaper one.
void count_exactly(RankTest& test, const std::vector<std::int64_t>& ranks, std::size_t firsts) {
  const auto border = ranks.begin() + static_cast<std::ptrdiff_t>(firsts);
  const std::size_t seconds = ranks.size() - firsts;
  if (seconds <= firsts) {
    const std::int64_t sum = std::accumulate(border, ranks.end(), std::int64_t{0});
    const RankSums sums(ranks, seconds);
    test.p_greater = sums.at_least(sum);
    test.p_less = sums.at_most(sum);
    return;
  }
  const std::int64_t sum = std::accumulate(ranks.begin(), border, std::int64_t{0});
  const RankSums sums(ranks, firsts);
  test.p_greater = sums.at_most(sum);
  test.p_less = sums.at_least(sum);
}

/// Sum of t^3 - t over groups of t tied values.
double tie_term(const std::vector<std::int64_t>& ranks) {
  std::map<std::int64_t, double> sizes;
  for (const std::int64_t rank : ranks) sizes[rank] += 1;
  double term = 0;
  for (const auto& [rank, size] : sizes) term += size * size * size - size;
  return term;
}

void approximate(RankTest& test, const std::vector<std::int64_t>& ranks, double n, double m) {
  test.exact = false;
  const double all = n + m;
  const double variance = n * m / 12 * (all + 1 - tie_term(ranks) / (all * (all - 1)));
  if (variance <= 0) return;  // everything ties: nothing is told
  const double spread = std::sqrt(variance);
  const double off = test.u - n * m / 2;
  test.p_greater = normal_tail((off - 0.5) / spread);
  test.p_less = normal_tail((-off - 0.5) / spread);
}

}  // namespace

RankTest rank_test(const std::vector<double>& first, const std::vector<double>& second) {
  RankTest test;
  if (first.empty() || second.empty()) return test;
  const std::vector<std::int64_t> ranks = doubled_midranks(pooled(first, second));
  const auto border = ranks.begin() + static_cast<std::ptrdiff_t>(first.size());
  const auto n = static_cast<double>(first.size());
  const auto m = static_cast<double>(second.size());
  const auto sum = static_cast<double>(std::accumulate(border, ranks.end(), std::int64_t{0})) / 2;
  test.u = sum - m * (m + 1) / 2;
  if (ranks.size() <= kExactUpTo) {
    count_exactly(test, ranks, first.size());
  } else {
    approximate(test, ranks, n, m);
  }
  return test;
}

double smallest_p(std::size_t n, std::size_t m) {
  if (n == 0 || m == 0) return 1;
  return std::min(1.0, 2 / choose(n + m, n));
}

std::size_t least_group(double level) {
  std::size_t size = 1;
  while (smallest_p(size, size) > level) ++size;
  return size;
}

double cliffs_delta(const std::vector<double>& first, const std::vector<double>& second) {
  if (first.empty() || second.empty()) return 0;
  const auto pairs = static_cast<double>(first.size()) * static_cast<double>(second.size());
  double balance = 0;
  for (const double a : first) {
    for (const double b : second) balance += b > a ? 1 : (b < a ? -1 : 0);
  }
  return balance / pairs;
}

std::vector<double> adjusted_p(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&p](std::size_t a, std::size_t b) { return p[a] > p[b]; });
  std::vector<double> adjusted(p.size(), 1.0);
  double least = 1;
  for (std::size_t at = 0; at < order.size(); ++at) {
    const auto place = static_cast<double>(p.size() - at);  // among the tests by p, from 1 for the smallest
    least = std::min(least, p[order[at]] * static_cast<double>(p.size()) / place);
    adjusted[order[at]] = least;
  }
  return adjusted;
}

}  // namespace hadrill::stats
