#include "stats/order_statistics.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace hadrill::stats {

double median(std::vector<double> values) {
  assert(!values.empty());
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  const double low = values[middle - 1];
  const double high = values[middle];
  // Halved before the sum: nothing overflows, and two infinities of one sign stay one.
  return low == high ? low : low / 2 + high / 2;
}

std::optional<std::pair<std::size_t, std::size_t>> median_places(std::size_t n, double confidence) {
  // Outside of [k, n + 1 - k] with probability 2 P(B <= k - 1), B binomial (n, 1/2).
  const double allowed = (1 - confidence) / 2;
  double term = std::pow(0.5, static_cast<double>(n));  // P(B = 0)
  double below = term;
  std::size_t place = 0;
  while (place < n / 2 && below <= allowed) {
    ++place;
    term = term * static_cast<double>(n - place + 1) / static_cast<double>(place);
    below += term;
  }
  if (place == 0) return std::nullopt;
  return std::pair{place, n + 1 - place};
}

std::optional<double> nameable_quantile(std::size_t n, double confidence) {
  constexpr std::array kHighestFirst{0.99, 0.95, 0.9, 0.75, 0.5};
  for (const double quantile : kHighestFirst) {
    if (std::pow(quantile, static_cast<double>(n)) <= 1 - confidence) return quantile;
  }
  return std::nullopt;
}

}  // namespace hadrill::stats
