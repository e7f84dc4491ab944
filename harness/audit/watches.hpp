// Owns the checks of watches against what happened, and the numbers about them.
#pragma once

#include <optional>

#include "audit/facts.hpp"
#include "audit/statistics.hpp"

namespace hadrill::audit {

struct WatchLimits {
  /// How long an open stream may keep silent about a write after its server, on the same way, has proved to know it.
  /// Far above what a watch cache lags (a few ms; its own bound for waiting on freshness is 3 s), far below what users
  /// take for dead. A scenario that cuts established connections on purpose needs more: 45 s, as client-go does.
  Duration stall = std::chrono::seconds(10);
};

/// One watcher.
struct WatcherResult {
  std::uint16_t vantage = 0;
  std::size_t events = 0;
  std::size_t bookmarks = 0;
  std::size_t requests = 0;
  std::size_t closes = 0;     ///< streams that ended, or were never opened; not the last one, which we ended
  std::size_t expired = 0;    ///< 410 Gone
  std::size_t owed = 0;       ///< acknowledged writes newer than where it first began, but those that a 410 passed over
  std::size_t delivered = 0;  ///< of those
  /// From acknowledgement to event, 0 when the event came first. Source: writes, events. Resolution: the network.
  Statistics delivery;
  /// From the end of a stream that had told something to the next event or bookmark. Includes Watcher::kPause, and the
  /// time to the next write.
  Statistics gaps;
  std::size_t open_gaps = 0;  ///< of those without an end
  Duration longest_stall{};   ///< what WatchLimits::stall bounds
  double delivered_share() const { return owed == 0 ? 0 : static_cast<double>(delivered) / static_cast<double>(owed); }
};

/// watch_gap, watch_disorder, watch_duplicate, watch_stall, watch_wrong_event: for every vantage that watches. What one
/// watcher was told is held against all the others, as every version that anybody has seen is in the facts.
std::vector<WatcherResult> check_watches(const Facts& facts, const WatchLimits& limits, FindingList& findings);

}  // namespace hadrill::audit
