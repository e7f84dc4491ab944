#include "stats/fisher.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace hadrill::stats {
namespace {

/// How all hits may be dealt out: the second group has from `least` to `most` of them, each number with its chance.
struct Dealt {
  std::size_t least = 0;
  std::size_t most = 0;
  std::vector<double> chance;  ///< of least, least + 1, ... hits
};

/// The hypergeometric distribution, from its middle outwards by the ratio of neighbours: nothing overflows, however
/// large the groups are.
Dealt deal(std::size_t hits, std::size_t first, std::size_t second) {
  Dealt out{hits > first ? hits - first : 0, std::min(hits, second), {}};
  out.chance.assign(out.most - out.least + 1, 1.0);
  // Chance of k + 1 over that of k; k + first >= hits.
  const auto ratio = [&](std::size_t k) {
    return static_cast<double>(hits - k) * static_cast<double>(second - k) /
           (static_cast<double>(k + 1) * static_cast<double>(first + k + 1 - hits));
  };
  const std::size_t middle = std::clamp((hits + 1) * (second + 1) / (first + second + 2), out.least, out.most);
  for (std::size_t k = middle; k < out.most; ++k) out.chance[k + 1 - out.least] = out.chance[k - out.least] * ratio(k);
  for (std::size_t k = middle; k > out.least; --k)
    out.chance[k - 1 - out.least] = out.chance[k - out.least] / ratio(k - 1);
  const double all = std::accumulate(out.chance.begin(), out.chance.end(), 0.0);
  for (double& chance : out.chance) chance /= all;
  return out;
}

}  // namespace

FisherTest fisher_test(const Count& first, const Count& second) {
  if (first.of == 0 || second.of == 0) return {};
  const Dealt dealt = deal(first.hits + second.hits, first.of, second.of);
  const auto seen = dealt.chance.begin() + static_cast<std::ptrdiff_t>(second.hits - dealt.least);
  FisherTest test;
  test.p_greater = std::min(1.0, std::accumulate(seen, dealt.chance.end(), 0.0));
  test.p_less = std::min(1.0, std::accumulate(dealt.chance.begin(), seen + 1, 0.0));
  test.least_greater = dealt.chance.back();
  test.least_less = dealt.chance.front();
  return test;
}

}  // namespace hadrill::stats
