// Owns when nothing could be seen from inside a node because a fault was aimed at that very node: no sample is missed
// there that anybody could have taken. Pure.
#pragma once

#include "check/intervals.hpp"
#include "history/event_log.hpp"
#include "history/sample_header.hpp"

namespace hadrill {

/// Stretches in which the prober's vantage point was lost (vantage.lost to vantage.reopened, or to the end) after a
/// fault of a whole node was aimed at it, and those in which that node was paused: the way there stands still then, and
/// is not lost. Only for probers that look from inside the node they are about. A vantage
/// point that is lost by itself is the harness's trouble, and is no blind spot.
IntervalSet blind_spots(const ProberInfo& prober, const EventLog& events);

}  // namespace hadrill
