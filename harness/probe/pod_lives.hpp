// Owns which pods ran on a node, from looks at its processes: when each began, how long it is known to have lived, and
// by when it was gone. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "history/event.hpp"

namespace hadrill {

/// One look, as `hadrill-agent lives` prints it. Nanoseconds on CLOCK_MONOTONIC.
struct PodsSeen {
  std::int64_t from_ns = 0;                  ///< what is listed lived then or later
  std::int64_t until_ns = 0;                 ///< what is not listed did not live then
  std::map<std::string, std::int64_t> pods;  ///< UID -> start
};

/// nullopt: not such a line.
std::optional<PodsSeen> read_pods_seen(const std::string& line);

/// Of one node, look after look. Tells pod.runs of every life that it sees begin, and pod.ran when it is over, or when
/// it cannot be seen any more; pods.watched for every stretch without a gap.
class PodLives {
 public:
  using Sink = std::function<void(const Event&)>;

  PodLives(std::string node, Sink sink) : node_(std::move(node)), sink_(std::move(sink)) {}

  void look(const PodsSeen& seen);
  /// Nothing is seen from now on, until the next look. What runs may end unseen.
  void lost();

 private:
  struct Life {
    std::int64_t started_ns = 0;
    std::int64_t alive_ns = 0;  ///< was seen then
  };
  void tell_over(const std::string& uid, const Life& life, std::optional<std::int64_t> gone_ns);

  std::string node_;
  Sink sink_;
  std::map<std::string, Life> lives_;
  std::optional<std::int64_t> watched_from_ns_;
  std::int64_t watched_until_ns_ = 0;
};

}  // namespace hadrill
