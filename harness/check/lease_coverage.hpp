// Owns which versions the watches of the Leases cannot have missed. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "history/event_log.hpp"

namespace hadrill {

/// A stretch of versions of which one stream told everything. Versions are those of all objects together
/// (resourceVersion): one of a Lease lies in it or not.
struct ToldRange {
  std::int64_t from = 0;  ///< of the list it began with, or of the first watch
  std::int64_t to = 0;    ///< up to which it had told everything when it ended

  friend bool operator==(const ToldRange&, const ToldRange&) = default;
};

/// What the streams told, one range for each list that a stream began with. A stream that breaks goes on from where it
/// ended; one that is "expired" cannot, and begins anew. One of which no end is recorded ends with the last version
/// that it was the first to tell.
std::vector<ToldRange> read_told_ranges(const EventLog& events);

/// Whether one stream told everything from version `first` to version `last`. Several that meet are not enough: what
/// lies between the end of one and the list of the next is told by neither.
bool told_all(const std::vector<ToldRange>& ranges, std::int64_t first, std::int64_t last);

}  // namespace hadrill
