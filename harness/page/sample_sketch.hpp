// Owns the page's one pass over the samples: from millions of requests to lanes, latencies in bins and single bad
// requests, in memory that does not grow with their number.
#pragma once

#include <map>

#include "check/slot_order.hpp"
#include "history/sample_stream.hpp"
#include "page/axis.hpp"
#include "page/stretches.hpp"

namespace hadrill {

/// A bad request, to be drawn for itself.
struct BadMark {
  Instant at;                       ///< sent, or planned where it was not
  std::optional<Duration> latency;  ///< since it was planned; nullopt: it did not end
  Outcome outcome = Outcome::other;
};

/// Bad requests in order. Beyond kMost of them only every second one is kept, then every fourth ...
class BadMarks {
 public:
  static constexpr std::size_t kMost = 400;

  void add(const BadMark& mark);
  const std::vector<BadMark>& marks() const { return marks_; }
  /// One of how many is kept.
  std::size_t every() const { return every_; }
  std::size_t count() const { return count_; }

 private:
  std::vector<BadMark> marks_;
  std::size_t every_ = 1;
  std::size_t count_ = 0;
};

/// Latency of the right answers of one bin, late ones included, since their slot. Exact.
struct LatencyBin {
  std::size_t asked = 0;
  std::size_t failed = 0;  ///< not ok
  std::size_t answered = 0;
  Duration least{};  ///< of `answered`, as the next two
  Duration median{};
  Duration most{};
};

struct ProberSketch {
  Lane lane;
  std::vector<LatencyBin> bins;  ///< as in the grid
  BadMarks bad;
};

/// What was seen of one server through something that spreads requests.
struct ServerSketch {
  std::string through;  ///< one of probe_path
  Lane lane;            ///< up: it answered; in whole seconds. Without a stretch where nobody asked
};

struct SampleSketch {
  std::vector<ProberSketch> probers;  ///< as in the header
  std::vector<ServerSketch> servers;  ///< by way and name
  Lane punctuality;                   ///< of the harness: down where a request was sent too late; in whole seconds
};

/// Reads the stream from its beginning. `seen`: names of servers that are not in its header. Error: of the stream.
Result<SampleSketch> sketch_samples(SampleStream& samples, const Axis& axis, const BinGrid& grid,
                                    const std::map<std::uint16_t, std::string>& seen);

}  // namespace hadrill
