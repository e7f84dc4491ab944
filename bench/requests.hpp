// Owns what a load generator's run left behind, whichever it was: one request each, in one form, so that both are
// measured by the same code.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace hadrill::bench {

/// All instants in ns on a clock of the generator's own.
struct Made {
  std::int64_t planned = 0;
  std::int64_t sent = 0;  ///< 0: never
  bool good = false;      ///< answered with a 2xx, and in time
};

/// From hadrill's samples.bin: plan and deadline are those of the run, and a request is in time from its slot on.
Result<std::vector<Made>> read_hadrill(const std::filesystem::path& path);

/// From vegeta's results as CSV (`vegeta encode --to csv`). It does not record its plan: request i of a constant rate
/// is due i/rate after the first one, and the request that was closest to that, or ahead of it the most, counts as
/// punctual. That is in vegeta's favour: what all of its requests were late by is not seen. So is that its latency
/// counts from when it sent.
Result<std::vector<Made>> read_vegeta(const std::filesystem::path& path, double rate, Duration deadline);

}  // namespace hadrill::bench
