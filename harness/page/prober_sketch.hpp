// Owns one prober's way through the samples, as the page draws it: outages as docs/sli-reference.md defines them, and
// latencies.
#pragma once

#include "page/sample_sketch.hpp"

namespace hadrill {

class ProberSketcher {
 public:
  /// All must outlive it.
  ProberSketcher(const ProberInfo& prober, const Axis& axis, const BinGrid& grid);

  /// The next slot's sample, one that is judged.
  void add(const Sample& sample);
  ProberSketch finish();

 private:
  void extend_lane(Instant at, bool good);
  void extend(Instant at, LaneState state);
  void close_bin();

  Axis axis_;
  const BinGrid& grid_;
  Duration gap_;
  ProberSketch out_;
  std::optional<Instant> previous_;
  bool previous_good_ = false;
  std::size_t bin_ = 0;
  std::vector<Duration> latencies_;  ///< of the open bin
};

}  // namespace hadrill
