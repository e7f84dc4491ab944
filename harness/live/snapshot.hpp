// Owns what the live screen shows at one instant: values only. All numbers are preliminary; the verdict is made from
// the history on disk.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "check/verdict.hpp"

namespace hadrill::live {

/// What is known of somebody who is asked over and over again.
enum class Standing {
  not_asked,  ///< not yet, or not any more
  up,         ///< the latest request was good
  no_answer,  ///< it was, but requests after it are not back: it may be down
  down,       ///< the latest request was bad
};

struct ProberRow {
  std::string name;
  bool user_facing = false;
  Standing standing = Standing::not_asked;
  Duration lasting{};                     ///< how long it has been so, for `no_answer` and `down`
  std::size_t recent_good = 0;            ///< of requests that were sent within the last 10 s and ended
  std::size_t recent_all = 0;             ///< likewise
  std::optional<OutageSummary> since_t0;  ///< by the verdict's definitions, as far as is known now
};

/// Who leads, or holds a Lease.
struct LeaderRow {
  std::string component;
  std::string who;     ///< empty: nobody is known to
  std::string detail;  ///< term, or how long ago the Lease was renewed
  bool doubtful = false;
};

/// T0 to T5, as they are reached.
struct MarkRow {
  std::string id;
  std::string what;
  std::optional<Bounds> since_t0;
};

struct SloRow {
  enum class State {
    open,     ///< not measured yet, or between the bounds
    kept,     ///< so far
    overdue,  ///< what is waited for was not seen, and its time is over; proven when it is seen, or known to be later
    missed,   ///< even by the lower bound
    at_end,   ///< not measured before the run has ended
  };
  std::string sli;
  std::string so_far;
  std::string budget;
  State state = State::open;
  /// Share of a time budget that is used up, for certain or by waiting; negative: of no time.
  double used = -1;
};

struct ErrorRow {
  std::string when;
  std::string who;
  std::string what;  ///< in the words of the outcome classes, or of an event
  std::size_t count = 1;
};

/// How bad a phase is.
enum class Mood { calm, broken, mending };

struct Snapshot {
  std::string scenario;
  std::string topology;
  std::string seed;
  std::string phase;   ///< "fault in force", in a word or two
  std::string detail;  ///< which fault, which step, how long
  Mood mood = Mood::calm;
  std::string spares;     ///< what is not back, in words; empty before T0
  Duration elapsed{};     ///< since T0; before it since the run began
  bool since_t0 = false;  ///< which of them
  std::string method;     ///< "step 2 of 3"
  std::string hypothesis;
  std::vector<MarkRow> marks;
  std::vector<ProberRow> probers;
  std::vector<LeaderRow> leaders;
  std::vector<SloRow> slos;
  std::vector<ErrorRow> errors;    ///< the latest last
  std::vector<std::string> log;    ///< the latest last
  std::size_t missed_samples = 0;  ///< that the screen was too slow for; the history has them
};

}  // namespace hadrill::live
