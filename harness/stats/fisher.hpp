// Owns the question whether something happened more often in one group than in another. Pure.
#pragma once

#include <cstddef>

namespace hadrill::stats {

/// In so many of a group it happened. hits <= of.
struct Count {
  std::size_t hits = 0;
  std::size_t of = 0;

  friend bool operator==(const Count&, const Count&) = default;
};

/// What chance alone would make of two counts.
struct FisherTest {
  double p_greater = 1;  ///< one-sided: the chance of as many hits in the second group, or more, if they did not differ
  double p_less = 1;     ///< one-sided: of as few or fewer
  /// The smallest p_greater and p_less that counts with the same sums can have at all. Where it is above the level, the
  /// test can show nothing. It depends on the sums only, so leaving such a test out of a family is no choice by result.
  double least_greater = 1;
  double least_less = 1;
};

/// Fisher's exact test of `second` against `first`, given the sums of the table. A group of nothing says nothing: all p
/// are 1.
/// Source: Fisher, The Design of Experiments (1935), chapter II; what cannot be shown: Tarone, Biometrics 46 (1990)
/// 515-522.
FisherTest fisher_test(const Count& first, const Count& second);

}  // namespace hadrill::stats
