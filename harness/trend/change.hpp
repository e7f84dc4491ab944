// Owns the words and values that a comparison is made of. Data only.
#pragma once

#include <vector>

namespace hadrill::trend {

/// The level of a gate that is asked every night: at 5 % up to one night in twenty would be red with nothing changed.
/// And trials of one night share more than a test may assume, so that p is a little too small.
inline constexpr double kLevel = 0.01;

/// What is said of one SLI.
enum class Change {
  too_few,  ///< no data of so few trials could show a change
  none,     ///< no change shown; not that there is none
  better,   ///< faster; more available; less often
  worse,    ///< slower; less available; more often
};

/// Bounds of one SLI over the trials of one side; one entry per trial. In seconds, or a share of time that was down.
struct Values {
  std::vector<double> lower;
  std::vector<double> upper;  ///< infinity: not seen to end
};

}  // namespace hadrill::trend
