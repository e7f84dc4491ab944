#include "page/event_lanes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "check/etcd_history.hpp"
#include "report/facts.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// Looks that are further apart than this say nothing about the time between them.
constexpr Duration kLookPatience = 3s;
constexpr Duration kCheckPatience = 5s;

/// When it was gone: as its proof dates it, or when undoing was done.
std::optional<Interval> healed(const RunContext& run, const FaultFact& fault) {
  for (const Event& event : run.events.events) {
    if (event.type != event_type::heal_proven || !is_about(event, fault)) continue;
    const auto lower = json_natural(event.data, "/proof/healedLowerNs");
    const auto upper = json_natural(event.data, "/proof/healedUpperNs");
    if (lower && upper && *lower <= *upper) return Interval{{*lower}, {*upper}};
    for (const Event& undone : run.events.events) {
      if (undone.type != event_type::fault_undone || !is_about(undone, fault)) continue;
      const auto began = json_natural(undone.data, "/beganNs");
      if (began && Instant{*began} <= event.at) return Interval{{*began}, event.at};
    }
    return Interval{event.at, event.at};
  }
  return std::nullopt;
}

/// What was done once is an instant, however long its target takes to come back.
void draw_instant(Lane& lane, Interval done, std::optional<Interval> gone, Instant end) {
  lane.stretches.push_back({done.begin, done.end, LaneState::done, "done once; nothing of it stays in force"});
  const Instant until = std::clamp(gone ? gone->end : end, done.end, end);
  if (until > done.end)
    lane.stretches.push_back(
        {done.end, until, LaneState::mending,
         gone ? "until its target was proven to work again" : "its target was not proven to work again"});
}

Lane fault_lane(const RunContext& run, const Axis& axis, const FaultFact& fault) {
  Lane lane{fmt::format("{} of {}", fault.fault, to_string(fault.target)), {}, ""};
  if (!fault.t0_lower) {
    lane.note = "not proven in force";
    return lane;
  }
  const Instant from = std::min(*fault.t0_lower, axis.end);
  const Instant sure = std::clamp(*fault.t0_upper, from, axis.end);
  if (fault.stays == false) {
    draw_instant(lane, {from, sure}, healed(run, fault), axis.end);
    return lane;
  }
  if (sure > from) lane.stretches.push_back({from, sure, LaneState::maybe, "comes into force"});
  const auto gone = healed(run, fault);
  const Instant until = std::clamp(gone ? gone->begin : axis.end, sure, axis.end);
  lane.stretches.push_back({sure, until, LaneState::force, gone ? "until it was undone" : "not proven healed"});
  if (gone && std::min(gone->end, axis.end) > until)
    lane.stretches.push_back({until, std::min(gone->end, axis.end), LaneState::maybe, "being undone"});
  return lane;
}

/// Of an event that tells of a change: since when it may have been so.
std::optional<Instant> since_of(const Event& event) {
  const auto since = json_natural(event.data, "/notBeforeNs");
  return since ? std::optional(Instant{*since}) : std::nullopt;
}

/// One lane per name that events of `type` tell of. `name_of` names; `state_of` says what is so from then on.
template <typename NameOf, typename Set>
std::vector<Lane> change_lanes(const RunContext& run, const Axis& axis, const char* type, NameOf name_of, Set set) {
  std::map<std::string, Changes> by_name;
  for (const Event& event : run.events.events) {
    if (event.type == event_type::workload_stream && json_text(event.data, "/of") == type) {
      const bool opened = json_text(event.data, "/state") == "opened";
      for (auto& [name, changes] : by_name) opened ? changes.resume(event.at) : changes.lose(event.at);
    } else if (event.type == type) {
      Changes& changes = by_name[name_of(event)];
      json_get<bool>(event.data, "/gone").value_or(false) ? changes.gone(event.at) : set(changes, event);
    }
  }
  std::vector<Lane> lanes;
  for (auto& [name, changes] : by_name) lanes.push_back({name, changes.finish(axis.end), ""});
  return lanes;
}

std::string reign_text(const Reign& reign, bool etcd) {
  return fmt::format("{} ({} {})", reign.node.empty() ? reign.holder : reign.node, etcd ? "term" : "transition",
                     reign.number);
}

}  // namespace

std::vector<Lane> fault_lanes(const RunContext& run, const Axis& axis) {
  std::vector<Lane> lanes;
  for (const FaultFact& fault : read_facts(run).faults) lanes.push_back(fault_lane(run, axis, fault));
  return lanes;
}

std::vector<Lane> etcd_member_lanes(const RunContext& run) {
  std::map<std::string, Looks> by_node;
  for (const EtcdLook& look : read_etcd_looks(run.events, kLatest)) {
    Looks& looks = by_node.try_emplace(look.node, kLookPatience).first->second;
    if (!look.healthy) {
      looks.see(look.look, LaneState::down, "does not answer");
    } else if (look.leads()) {
      looks.see(look.look, LaneState::leads, fmt::format("leads (term {})", look.term));
    } else if (look.leader.empty()) {
      looks.see(look.look, LaneState::down, fmt::format("knows of no leader (term {})", look.term));
    } else {
      looks.see(look.look, LaneState::follows, fmt::format("follows (term {})", look.term));
    }
  }
  std::vector<Lane> lanes;
  for (auto& [node, looks] : by_node) lanes.push_back({node, looks.finish(), ""});
  return lanes;
}

Lane reign_lane(const LeadershipResult& result, const Axis& axis) {
  const bool etcd = result.component == component::etcd;
  Lane lane{etcd ? "leader of etcd" : "Lease of " + result.component, {}, result.not_measured};
  const auto within = [&axis](Instant at) { return std::clamp(at, axis.begin, axis.end); };
  for (const Reign& reign : result.reigns) {
    const Instant seen = within(reign.began.end);
    if (!lane.stretches.empty()) {
      const Instant before = lane.stretches.back().end;
      if (seen > before) lane.stretches.push_back({before, seen, LaneState::maybe, "nobody is seen to lead"});
    }
    const Instant from = lane.stretches.empty() ? seen : std::max(seen, lane.stretches.back().end);
    const Instant until = std::max(from, within(reign.confirmed.end));
    lane.stretches.push_back({from, until, LaneState::leads, reign_text(reign, etcd)});
  }
  if (lane.stretches.empty() && lane.note.empty()) lane.note = "nobody was seen to lead";
  return lane;
}

std::vector<Lane> redundancy_lanes(const RunContext& run) {
  Looks looks(kCheckPatience);
  bool any = false;
  for (const Event& event : run.events.events) {
    if (event.type != event_type::redundancy_check) continue;
    const auto start = json_natural(event.data, "/startNs");
    const auto end = json_natural(event.data, "/endNs");
    if (!start || !end || *start > *end) continue;
    any = true;
    std::vector<std::string> failing;
    for (const Json& one : json_array(event.data, "/failing")) failing.push_back(json_text(one, "/condition", "?"));
    const bool ok = json_get<bool>(event.data, "/ok").value_or(false);
    looks.see({{*start}, {*end}}, ok ? LaneState::up : LaneState::down,
              ok ? std::string() : fmt::format("fails: {}", fmt::join(failing, ", ")));
  }
  if (!any) return {};
  return {{"every condition holds", looks.finish(), ""}};
}

std::vector<Lane> node_lanes(const RunContext& run, const Axis& axis) {
  const auto name = [](const Event& event) { return json_text(event.data, "/node", "?"); };
  return change_lanes(run, axis, event_type::node_changed, name, [](Changes& changes, const Event& event) {
    const std::string ready = json_text(event.data, "/ready", "Unknown");
    const LaneState state = ready == "True" ? LaneState::up : LaneState::down;
    changes.set(event.at, since_of(event), state, state == LaneState::up ? "Ready" : "Ready is " + ready);
  });
}

std::vector<Lane> endpoint_lanes(const RunContext& run, const Axis& axis) {
  const auto name = [](const Event& event) {
    return json_text(event.data, "/service", "?") + ": " + json_text(event.data, "/pod", "?");
  };
  return change_lanes(run, axis, event_type::endpoint_changed, name, [](Changes& changes, const Event& event) {
    const bool ready = json_get<bool>(event.data, "/ready").value_or(false);
    changes.set(event.at, since_of(event), ready ? LaneState::up : LaneState::down,
                (ready ? "in the Service, on " : "out of the Service, on ") + json_text(event.data, "/node", "?"));
  });
}

std::vector<Lane> pod_lanes(const RunContext& run, const Axis& axis) {
  // A pod of a StatefulSet has the name of the one before it: both in one lane, as users see it.
  const auto name = [](const Event& event) { return json_text(event.data, "/pod", "?"); };
  return change_lanes(run, axis, event_type::pod_changed, name, [](Changes& changes, const Event& event) {
    const bool ready = json_get<bool>(event.data, "/ready").value_or(false);
    const bool leaving = json_get<bool>(event.data, "/leaving").value_or(false);
    const std::string node = json_text(event.data, "/node");
    const std::string where = node.empty() ? std::string(", on no node yet") : ", on " + node;
    const LaneState state = leaving ? LaneState::idle : ready ? LaneState::up : LaneState::down;
    const std::string word = leaving ? "thrown out"
                             : ready ? "Ready"
                                     : json_text(event.data, "/phase", "?") + ", not Ready";
    changes.set(event.at, since_of(event), state, word + where);
  });
}

}  // namespace hadrill
