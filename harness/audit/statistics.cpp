#include "audit/statistics.hpp"

#include <algorithm>

namespace hadrill::audit {
namespace {

constexpr std::size_t kPercent = 100;

Duration nearest_rank(const std::vector<Duration>& sorted, std::size_t percent) {
  const std::size_t rank = (sorted.size() * percent + kPercent - 1) / kPercent;
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace

Statistics statistics_of(std::vector<Duration> values) {
  Statistics statistics;
  statistics.n = values.size();
  if (values.empty()) return statistics;
  std::sort(values.begin(), values.end());
  statistics.p50 = nearest_rank(values, 50);
  statistics.p99 = nearest_rank(values, 99);
  statistics.max = values.back();
  return statistics;
}

}  // namespace hadrill::audit
