// Owns the order in which the index tells of trials: rows of a scenario on a topology, and what is recent. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "index/state.hpp"

namespace hadrill::index {

/// Trials of the last day up to the newest one are recent: a night of several machines is one night, and the page does
/// not depend on when it is written.
inline constexpr std::int64_t kRecentSeconds = 24 * 3600;
/// More rows than this are no overview. Those that stay are the red ones first, then those with recent trials.
inline constexpr std::size_t kMostRows = 400;

/// The trials of one scenario on one topology. Known-bad controls have a row of their own.
struct Row {
  std::string scenario;
  std::string topology;  ///< "" unknown
  bool control = false;
  std::vector<const Entry*> trials;  ///< in order of time; those of unknown time last
  std::size_t recent = 0;            ///< how many of them are, the last ones

  /// The recent trials that ended so.
  std::vector<const Entry*> recent_with(State state) const;
  /// Whether a recent trial ended as it should not have.
  bool red() const;
};

struct Group {
  std::string topology;
  std::vector<Row> rows;  ///< by scenario, controls first
};

struct Overview {
  std::vector<Group> groups;  ///< by topology; the one with the most scenarios first, an unknown one last
  std::size_t trials = 0;
  std::size_t recent = 0;
  std::string newest_utc;               ///< when the newest trial began; "" unknown
  std::map<State, std::size_t> states;  ///< recent trials
  std::size_t rows = 0;
  std::size_t recent_rows = 0;  ///< with a recent trial
  std::size_t left_out = 0;     ///< rows beyond kMostRows, which `groups` has not
};

/// `root` must outlive it.
Overview overview_of(const Root& root);

/// "apiserver-kill on stacked".
std::string name_of(const Row& row);
/// "2027-01-31 03:00" of "2027-01-31T03:00:00.123Z"; "at an unknown time".
std::string minute_text(const std::string& utc);

}  // namespace hadrill::index
