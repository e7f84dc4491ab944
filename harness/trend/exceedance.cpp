#include "trend/exceedance.hpp"

#include <algorithm>

#include "stats/fisher.hpp"

namespace hadrill::trend {
namespace {

std::size_t above(const std::vector<double>& values, double threshold) {
  return static_cast<std::size_t>(
      std::count_if(values.begin(), values.end(), [threshold](double value) { return value > threshold; }));
}

Exceeding exceeding(const Values& values, double threshold) {
  return {above(values.lower, threshold), above(values.upper, threshold), values.lower.size()};
}

/// Asked of both sides together: which trial is on which side must not decide what is tested.
bool mostly_nothing(const Values& base, const Values& next) {
  const std::size_t all = base.lower.size() + next.lower.size();
  const std::size_t something = above(base.lower, 0) + above(next.lower, 0);
  return all > 0 && 2 * (all - something) >= all;
}

void test(Exceedance& out, double level) {
  const auto more = stats::fisher_test({out.base.possible, out.base.n}, {out.next.proven, out.next.n});
  const auto less = stats::fisher_test({out.base.proven, out.base.n}, {out.next.possible, out.next.n});
  out.p = std::min(1.0, 2 * std::min(more.p_greater, less.p_less));
  if (2 * std::min(more.least_greater, less.least_less) > level) out.change = Change::too_few;
}

double share(std::size_t hits, std::size_t of) { return static_cast<double>(hits) / static_cast<double>(of); }

}  // namespace

std::vector<Exceedance> exceedances_of(const Values& base, const Values& next, double least, double level) {
  std::vector<Exceedance> out;
  if (!mostly_nothing(base, next)) return out;
  for (const double threshold : kThresholds) {
    Exceedance one;
    one.above = threshold;
    one.base = exceeding(base, threshold);
    one.next = exceeding(next, threshold);
    if (threshold < least || one.base.possible + one.next.possible == 0) continue;
    // The same trials as above the threshold before: it would be the same test again.
    if (!out.empty() && out.back().base == one.base && out.back().next == one.next) continue;
    test(one, level);
    out.push_back(one);
  }
  return out;
}

void call_exceedance(Exceedance& exceedance, double level) {
  if (exceedance.change == Change::too_few || exceedance.adjusted_p > level) return;
  const Exceeding& base = exceedance.base;
  const Exceeding& next = exceedance.next;
  if (share(next.proven, next.n) > share(base.possible, base.n)) exceedance.change = Change::worse;
  if (share(next.possible, next.n) < share(base.proven, base.n)) exceedance.change = Change::better;
}

}  // namespace hadrill::trend
