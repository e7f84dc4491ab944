// Owns the answer to "whose outage was it": from which probers were down and which were up at the same time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "check/intervals.hpp"
#include "history/sample_header.hpp"

namespace hadrill {

enum class Culprit {
  unattributed,   ///< the probers that could tell do not exist, or do not agree
  load_balancer,  ///< reads through it down, reads past it up
  api_server,     ///< some API servers down on their own ports, their etcd members up
  etcd,           ///< quorum reads down, cached reads up
  leader,         ///< writes or controllers down, reads up
  harness,        ///< the instrument was late, did not ask, or its null prober was bad
};

/// "unattributed", "load-balancer", "api-server", "etcd", "leader", "harness".
std::string to_string(Culprit culprit);

/// Who it was, and the evidence: every prober but the null prober is in one of the three lists.
struct Attribution {
  Culprit culprit = Culprit::unattributed;
  std::vector<std::string> instances;  ///< endpoints, for api_server
  std::string because;                 ///< one sentence
  std::vector<std::string> down;       ///< some run of bad samples can have overlapped the outage
  std::vector<std::string> up;         ///< good before, during and after it
  std::vector<std::string> unclear;    ///< not asked, or asked by a harness that was late
};

/// A connected stretch of possible down time of the merged probers.
struct MergedOutage {
  Interval span;  ///< from the last good sample before to the first good one after; open where none was seen
  Bounds length;  ///< proven within it; the span
  Attribution attribution;
};

/// What attribution looks at: one prober's row and when it was down.
struct Witness {
  const ProberInfo* prober = nullptr;
  const Downtime* downtime = nullptr;
};

/// Which pairs of probers tell what: docs/sli-reference.md, "Attribution". `proven`: something within `span` is no
/// doing of the harness. `invalid_throughout`: whether every second that an interval touches is invalid.
Attribution attribute(const Interval& span, bool proven, const std::vector<Witness>& witnesses,
                      const std::function<bool(const Interval&)>& invalid_throughout);

}  // namespace hadrill
