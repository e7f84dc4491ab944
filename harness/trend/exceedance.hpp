// Owns how often an outage was longer than a second, five or ten. Where most trials have no outage at all, the shift
// between two sets of trials is nothing, whatever became of the others: there it is their number that tells. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "trend/change.hpp"

namespace hadrill::trend {

/// Seconds above which trials are counted. 0 is none of them: an outage within a period of the probers is nothing that
/// somebody acts on, as no shift below a second is.
inline constexpr std::array kThresholds{1.0, 5.0, 10.0};

/// How many of `n` trials were above a threshold.
struct Exceeding {
  std::size_t proven = 0;    ///< by their lower bound
  std::size_t possible = 0;  ///< by their upper bound
  std::size_t n = 0;

  friend bool operator==(const Exceeding&, const Exceeding&) = default;
};

/// Both sides at one threshold.
struct Exceedance {
  double above = 0;  ///< seconds
  Exceeding base;
  Exceeding next;
  double p = 1;           ///< two-sided, for the truths within the error bars that speak least for a change
  double adjusted_p = 1;  ///< within the family of all tests of the comparison
  Change change = Change::none;
};

/// Of times in seconds of which at least half, of both sides together, are proven to be nothing; of others none. At
/// each threshold from `least` seconds on that any trial may be above, by Fisher's exact test: more often counts what
/// is proven of the new side against what is possible of the base, less often the other way round. What cannot come
/// below `level` is too_few; else `change` is none until call_exceedance.
std::vector<Exceedance> exceedances_of(const Values& base, const Values& next, double least, double level);

/// Sets `change` by the adjusted p.
void call_exceedance(Exceedance& exceedance, double level);

}  // namespace hadrill::trend
