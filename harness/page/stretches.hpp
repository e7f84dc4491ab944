// Owns lanes: what a part of the cluster was doing from when to when, in a number of stretches that does not grow with
// the run. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "check/intervals.hpp"

namespace hadrill {

/// What is known of a part during a stretch. Of what no stretch covers nothing is known.
enum class LaneState {
  up,       ///< seen to serve
  down,     ///< seen not to serve
  maybe,    ///< between two looks that differ: possibly down
  mixed,    ///< more changes than are drawn: up and down within
  force,    ///< a fault is in force
  done,     ///< a fault was done, once, at an instant within
  mending,  ///< such a fault is over; at the end of this its target was proven to work again
  leads,    ///< a member or an instance that leads
  follows,  ///< a member that follows a leader
  idle,     ///< there, and not meant to serve yet or any more
};

/// "up", "down", ... as in the page's data.
std::string to_string(LaneState state);

struct Stretch {
  Instant begin;
  Instant end;
  LaneState state = LaneState::up;
  std::string text = {};   ///< what there is to say beside the state; may be empty
  std::size_t asked = 0;   ///< requests in it, of those who are asked; the first of a stretch counts to it
  std::size_t failed = 0;  ///< of those

  friend bool operator==(const Stretch&, const Stretch&) = default;
};

struct Lane {
  std::string name;
  std::vector<Stretch> stretches;  ///< in order, disjoint but for instants
  std::string note = {};           ///< why there is nothing, or what is to be known about all of it
};

/// Lanes that belong together.
struct LaneGroup {
  std::string name;
  std::vector<Lane> lanes;
  std::string note = {};
};

/// Where a lane has more stretches than kMostStretches, the longest stay and what lies between two of them becomes one
/// that is `mixed`, if it is more than a few. Nothing is lost that long stretches tell, and counts are kept.
inline constexpr std::size_t kMostStretches = 600;
void thin(std::vector<Stretch>& stretches);

/// Looks at one thing, in order: between two that agree it is taken to have been so, between two that do not it may
/// have been either.
class Looks {
 public:
  /// Of what lies between two looks further apart than `patience` nothing is known.
  explicit Looks(Duration patience) : patience_(patience) {}

  /// What was seen at some instant within `look`.
  void see(Interval look, LaneState state, std::string text);
  std::vector<Stretch> finish();

 private:
  Duration patience_;
  std::vector<Stretch> stretches_;
};

/// Something that is told when it changes, by a stream that may break.
class Changes {
 public:
  /// It is so from `at` on; `since`: it may have been for as long.
  void set(Instant at, std::optional<Instant> since, LaneState state, std::string text);
  /// It is there no more.
  void gone(Instant at);
  /// From now on nothing is told, until `resume`: then what was told last is so until something else is told.
  void lose(Instant at);
  void resume(Instant at);
  std::vector<Stretch> finish(Instant end);

 private:
  void close(Instant at);

  std::vector<Stretch> stretches_;
  std::optional<Stretch> current_;  ///< without an end
  bool lost_ = false;
};

}  // namespace hadrill
