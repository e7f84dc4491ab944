// Owns how much the audit has seen: whether its silence means anything.
#pragma once

#include <string>
#include <vector>

#include "audit/facts.hpp"

namespace hadrill::audit {

/// Below these, finding nothing proves nothing: an error, never a pass.
struct Floors {
  std::size_t acknowledged = 20;     ///< writes
  double indeterminate_share = 0.5;  ///< of all writes, at most; resolved ones do not count
  double watched_share = 0.9;        ///< of the acknowledged writes that each watcher was owed
};

struct Coverage {
  std::size_t writes = 0;
  std::size_t acknowledged = 0;
  std::size_t refused = 0;
  std::size_t indeterminate = 0;  ///< all of them, resolved or not
  std::size_t resolved = 0;       ///< of those, seen later: they happened
  std::size_t objects = 0;        ///< that anybody tried to write
  std::size_t reads = 0;
  std::size_t lists = 0;
  std::size_t watch_events = 0;

  /// One API server.
  struct Server {
    std::string name;
    std::size_t reads = 0;        ///< reads and lists it is known to have answered, final ones included
    std::size_t final_reads = 0;  ///< objects read from it after their last acknowledged write
  };
  std::vector<Server> servers;

  std::size_t operations() const { return writes + reads + lists + watch_events; }
  double open_share() const {
    return writes == 0 ? 0 : static_cast<double>(indeterminate - resolved) / static_cast<double>(writes);
  }
};

Coverage measure_coverage(const Facts& facts);

/// What is missing, in words; empty when nothing is.
std::vector<std::string> below_floors(const Coverage& coverage, const Floors& floors);

}  // namespace hadrill::audit
