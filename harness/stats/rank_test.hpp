// Owns the question whether one group of values tends to be greater than another, without any model of how they are
// distributed. Pure.
#pragma once

#include <cstddef>
#include <vector>

namespace hadrill::stats {

/// Mann-Whitney's U and what chance alone would make of it.
struct RankTest {
  double u = 0;          ///< pairs of one value of each group in which the second's is greater; a tie counts half
  double p_greater = 1;  ///< one-sided: the chance of a U as great or greater if the groups did not differ
  double p_less = 1;     ///< one-sided: of one as small or smaller
  bool exact = true;     ///< every way to deal the values out was counted; false: normal approximation
};

/// Mann-Whitney's test (Wilcoxon's rank sum test) of `second` against `first`. Up to kExactUpTo values in all, p is
/// exact, with ties as well: the permutation distribution of the midranks. Beyond, the normal approximation with
/// continuity correction and the variance that ties leave. Values may be infinite (ties with each other), never NaN. A
/// group without values says nothing: both p are 1.
/// Source: Mann and Whitney, Annals of Mathematical Statistics 18 (1947) 50-60; ties: Lehmann, Nonparametrics (1975),
/// section 1.4 (midranks) and equation 1.35 (variance).
RankTest rank_test(const std::vector<double>& first, const std::vector<double>& second);

/// The smallest two-sided p that groups of these sizes can have at all: 2 / C(n + m, n), when all of one are above all
/// of the other. Where it is above the level, no data can show a change: 3 against 3 never get below 0.1.
double smallest_p(std::size_t n, std::size_t m);

/// How many values each of two equal groups needs before smallest_p is at most `level`: 4 at 5 %, 5 at 1 %.
std::size_t least_group(double level);

/// Cliff's delta: P(second > first) - P(second < first) over all pairs; 1 when every value of `second` is greater, 0
/// when neither tends to be, -1 when every one is smaller. 0 where a group is empty.
/// Source: Cliff, Psychological Bulletin 114 (1993) 494-509.
double cliffs_delta(const std::vector<double>& first, const std::vector<double>& second);

/// p-values of a family of tests, adjusted after Benjamini and Hochberg: calling everything that is at most `level`
/// after it keeps the expected share of false calls among the calls at `level`, also when the tests rise and fall
/// together, as the SLIs of one trial do. In the order of `p`.
/// Source: Benjamini and Hochberg, JRSS B 57 (1995) 289-300; dependence: Benjamini and Yekutieli, Annals of Statistics
/// 29 (2001) 1165-1188.
std::vector<double> adjusted_p(const std::vector<double>& p);

}  // namespace hadrill::stats
