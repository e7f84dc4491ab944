#include "page/merged_lane.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace hadrill {
namespace {

using State = std::optional<LaneState>;

/// A way through the stretches of one lane, forward only.
class Cursor {
 public:
  explicit Cursor(const Lane& lane) : stretches_(lane.stretches) {}

  /// What is so between two instants that are neighbours among all ends. Calls go forward in time.
  State between(Instant begin, Instant end) {
    while (next_ < stretches_.size() && stretches_[next_].end <= begin) ++next_;
    // What is left begins or goes on after `begin`; an instant has no length to be so for.
    if (next_ == stretches_.size() || stretches_[next_].begin >= end) return std::nullopt;
    return stretches_[next_].state;
  }

 private:
  const std::vector<Stretch>& stretches_;
  std::size_t next_ = 0;
};

bool has(const std::vector<State>& states, State state) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

State together(const std::vector<State>& states) {
  for (const LaneState state : {LaneState::down, LaneState::mixed}) {
    if (has(states, state)) return state;
  }
  if (has(states, std::nullopt)) return std::nullopt;
  if (has(states, LaneState::maybe)) return LaneState::maybe;
  return states.empty() ? State() : State(LaneState::up);
}

std::vector<Instant> ends_of(const std::vector<const Lane*>& lanes) {
  std::vector<Instant> ends;
  for (const Lane* lane : lanes) {
    for (const Stretch& stretch : lane->stretches) {
      ends.push_back(stretch.begin);
      ends.push_back(stretch.end);
    }
  }
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  return ends;
}

/// Single bad requests: they have no length, and are down all the same.
std::vector<Instant> bad_instants(const std::vector<const Lane*>& lanes) {
  std::vector<Instant> at;
  for (const Lane* lane : lanes) {
    for (const Stretch& stretch : lane->stretches) {
      if (stretch.state == LaneState::down && stretch.begin == stretch.end) at.push_back(stretch.begin);
    }
  }
  std::sort(at.begin(), at.end());
  at.erase(std::unique(at.begin(), at.end()), at.end());
  return at;
}

void append(std::vector<Stretch>& out, Instant begin, Instant end, LaneState state) {
  const bool goes_on = !out.empty() && out.back().end == begin && out.back().state == state;
  if (goes_on) {
    out.back().end = end;
  } else {
    out.push_back({begin, end, state});
  }
}

}  // namespace

Lane merge_lanes(std::string name, const std::vector<const Lane*>& lanes) {
  Lane out{std::move(name), {}, ""};
  std::vector<Cursor> cursors;
  for (const Lane* lane : lanes) cursors.emplace_back(*lane);
  const std::vector<Instant> ends = ends_of(lanes);
  const std::vector<Instant> alone = bad_instants(lanes);
  auto bad = alone.begin();
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (bad != alone.end() && *bad == ends[i]) {
      append(out.stretches, ends[i], ends[i], LaneState::down);
      ++bad;
    }
    if (i + 1 == ends.size()) break;
    std::vector<State> states;
    for (Cursor& cursor : cursors) states.push_back(cursor.between(ends[i], ends[i + 1]));
    if (const State state = together(states)) append(out.stretches, ends[i], ends[i + 1], *state);
  }
  thin(out.stretches);
  return out;
}

void tell_outages(Lane& lane, const ApiResult& api) {
  auto outage = api.outages.begin();
  for (Stretch& stretch : lane.stretches) {
    while (outage != api.outages.end() && outage->span.end < stretch.end) ++outage;
    if (outage == api.outages.end()) break;
    const bool inside = outage->span.begin <= stretch.begin && stretch.end <= outage->span.end;
    if (!inside || stretch.state == LaneState::up) continue;
    stretch.text = fmt::format("{}; part of an outage of {}",
                               stretch.state == LaneState::down ? "not served" : "between two looks: either",
                               to_text(outage->length));
  }
  if (api.outage_count > api.outages.size())
    lane.note = fmt::format("the longest {} of {} outages have their bounds", api.outages.size(), api.outage_count);
}

}  // namespace hadrill
