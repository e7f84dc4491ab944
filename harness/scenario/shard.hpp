// Owns how a suite is dealt out to several machines. Pure.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "scenario/scenario.hpp"

namespace hadrill {

/// One of `count` parts, from 1.
struct Shard {
  std::size_t index = 1;
  std::size_t count = 1;

  friend bool operator==(const Shard&, const Shard&) = default;
};

/// "2/4". Error: usage for anything else, and for more than 256 parts.
Result<Shard> parse_shard(std::string_view text);

/// About how long a trial takes on a cluster that is up: the steady state, what the method observes (of what waits for
/// recovery, half its timeout), and a minute for setting up and for proof of healing. Good enough to deal out by.
Duration expected_duration(const Scenario& scenario);

/// Which part, from 0, each of the runs is dealt to: the longest first, each to the part that has least so far (of
/// several, the first). Depends on nothing but its arguments, so that machines need not agree on anything; every run is
/// in exactly one part. `count` is at least 1.
/// Source: Graham, Bounds on multiprocessing timing anomalies, SIAM J. Appl. Math. 17 (1969): at most a third longer
/// than the best there is.
std::vector<std::size_t> deal_out(const std::vector<Duration>& costs, std::size_t count);

}  // namespace hadrill
