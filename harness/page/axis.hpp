// Owns the one axis of time that everything on the page shares.
#pragma once

#include <optional>
#include <vector>

#include "check/judge.hpp"

namespace hadrill {

struct Axis {
  Instant origin;  ///< zero: T0 (lower), or where there is none the start of the probers
  Instant begin;   ///< nothing earlier is drawn
  Instant end;     ///< nothing later
  bool from_t0 = false;

  /// Microseconds from the origin, within the axis.
  std::int64_t at(Instant instant) const;
};

/// From the start of the probers (or the first event) to their end (or the last sample or event). Error: of the stream.
Result<Axis> axis_of(const RunContext& run, const Verdict& verdict, SampleStream& samples);

/// Bins that latencies are told in: finer around the fault, where everything happens, than in the rest of a long run.
class BinGrid {
 public:
  explicit BinGrid(const Axis& axis);

  /// Of bin i: [edges[i], edges[i + 1]).
  const std::vector<Instant>& edges() const { return edges_; }
  std::size_t bins() const { return edges_.size() - 1; }
  /// The bin of an instant: `from` or a later one. What is outside of the axis is in the first or the last bin.
  std::size_t bin_of(Instant at, std::size_t from = 0) const;

 private:
  std::vector<Instant> edges_;
};

}  // namespace hadrill
