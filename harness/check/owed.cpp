#include "check/owed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "bounds/bound.hpp"

namespace hadrill {
namespace {

/// A fault that was meant to break a quorum, as its fault.injecting event tells it.
struct Breaker {
  std::string step;
  std::string fault;
  std::string role;
  std::set<std::string> nodes;
  std::int64_t members = 0;
  std::int64_t needed = 0;
  std::size_t losses_to_break = 1;  ///< targets to be lost before the quorum is
  std::size_t returns_to_mend = 1;  ///< targets to be back before there can be a quorum
};

/// An API server's readiness still tells of etcd as it was: by its last answer about it, until the next one is there.
/// Symbols a and b of docs/bounds-reference.md.
constexpr Duration kOldNewsOfEtcd = bounds::kEtcdAnswerAge + bounds::kEtcdCheckTimeout;

struct Mended {
  Instant at;
  const char* by = nullptr;
};

/// The condition of full redundancy that shows that there is a quorum: every API server is ready, which it is not
/// without etcd's. Every check looks at it; later ones may be left out of a check that has failed. "": all of them.
std::string condition_of(const std::string& role) { return role == "etcd" || role == "apiserver" ? "api-servers" : ""; }

/// Users ask the API, which goes on without these.
bool api_needs(const std::string& role) {
  return role != "controller-manager" && role != "scheduler" && role != "node-load-balancer";
}

Breaker read_breaker(const Event& event) {
  Breaker breaker;
  breaker.step = json_text(event.data, "/step", "?");
  breaker.fault = json_text(event.data, "/fault", "?");
  // A fault on a whole node takes instances of several roles: the event names the one that is short.
  breaker.role = json_text(event.data, "/quorum/role", json_text(event.data, "/targets/0/role"));
  for (const Json& target : json_array(event.data, "/targets")) breaker.nodes.insert(json_text(target, "/node"));
  const auto members = json_natural(event.data, "/quorum/members");
  const auto needed = json_natural(event.data, "/quorum/needed");
  const auto targets = static_cast<std::int64_t>(breaker.nodes.size());
  const bool known = members && needed && *needed >= 1 && *needed <= *members && *members - targets < *needed;
  breaker.members = members.value_or(0);
  breaker.needed = needed.value_or(0);
  if (known) {
    breaker.losses_to_break = static_cast<std::size_t>(*members - *needed + 1);
    breaker.returns_to_mend = static_cast<std::size_t>(*needed - std::max<std::int64_t>(0, *members - targets));
  } else {
    breaker.returns_to_mend = std::max<std::size_t>(1, breaker.nodes.size());
  }
  return breaker;
}

/// T0 of the target with which the quorum was lost; nullopt when not enough of them are proven.
std::optional<Interval> broken_at(const EventLog& events, const Breaker& breaker) {
  std::vector<Interval> losses;
  for (const Event& event : events.events) {
    if (event.type != event_type::fault_proven || json_text(event.data, "/step") != breaker.step) continue;
    const auto lower = json_natural(event.data, "/t0LowerNs");
    const auto upper = json_natural(event.data, "/t0UpperNs");
    if (lower && upper && *lower <= *upper) losses.push_back({{*lower}, {*upper}});
  }
  std::sort(losses.begin(), losses.end(), [](const Interval& a, const Interval& b) { return a.begin < b.begin; });
  if (losses.size() < breaker.losses_to_break) return std::nullopt;
  return losses[breaker.losses_to_break - 1];
}

/// Whether and when this event says that one of the fault's targets is back.
std::optional<Mended> target_back(const Event& event, const Breaker& breaker) {
  if (event.type == event_type::repaired && json_text(event.data, "/role") == breaker.role &&
      breaker.nodes.contains(json_text(event.data, "/node"))) {
    return Mended{event.at, "repaired"};
  }
  if (event.type == event_type::heal_proven && json_text(event.data, "/step") == breaker.step) {
    const auto healed = json_natural(event.data, "/proof/healedUpperNs");
    return Mended{healed ? Instant{*healed} : event.at, "proven healed"};
  }
  return std::nullopt;
}

/// When enough targets were back, each counted once.
std::optional<Mended> targets_back(const EventLog& events, const Breaker& breaker, const Interval& broken) {
  std::vector<std::pair<Mended, std::string>> back;
  for (const Event& event : events.events) {
    const auto mended = target_back(event, breaker);
    if (!mended || mended->at < broken.end) continue;
    const bool heal = event.type == event_type::heal_proven;
    back.emplace_back(*mended, json_text(event.data, heal ? "/target/node" : "/node"));
  }
  std::stable_sort(back.begin(), back.end(), [](const auto& a, const auto& b) { return a.first.at < b.first.at; });
  std::set<std::string> nodes;
  for (const auto& [mended, node] : back) {
    nodes.insert(node);
    if (nodes.size() >= breaker.returns_to_mend) return mended;
  }
  return std::nullopt;
}

/// The end of a look that found a quorum, begun when it could tell; nullopt for any other event.
std::optional<Instant> end_of_good_look(const Event& event, const std::string& condition, Instant earliest) {
  if (event.type != event_type::redundancy_check) return std::nullopt;
  const auto start = json_natural(event.data, "/startNs");
  const auto end = json_natural(event.data, "/endNs");
  const auto ok = json_get<bool>(event.data, "/ok");
  if (!start || !end || !ok || *start > *end || Instant{*start} < earliest) return std::nullopt;
  const Json& failing = json_array(event.data, "/failing");
  const bool wrong = std::any_of(failing.begin(), failing.end(), [&](const Json& one) {
    return condition.empty() || json_text(one, "/condition") == condition;
  });
  // A failed check without a reason says nothing good about anything.
  const bool good = *ok || (!failing.empty() && !wrong);
  return good ? std::optional(Instant{*end}) : std::nullopt;
}

/// When a look first showed a quorum.
std::optional<Mended> seen_whole(const EventLog& events, const Breaker& breaker, const Interval& broken) {
  const std::string condition = condition_of(breaker.role);
  const Instant earliest = breaker.role == "etcd" ? broken.end + kOldNewsOfEtcd : broken.end;
  std::optional<Mended> first;
  for (const Event& event : events.events) {
    const auto end = end_of_good_look(event, condition, earliest);
    if (end && (!first || *end < first->at)) first = Mended{*end, "there, by a redundancy check"};
  }
  return first;
}

NotOwed stretch_of(const EventLog& events, const Breaker& breaker, const Interval& broken) {
  std::optional<Mended> mended = targets_back(events, breaker, broken);
  const std::optional<Mended> seen = seen_whole(events, breaker, broken);
  if (seen && (!mended || seen->at < mended->at)) mended = seen;
  NotOwed stretch{broken.begin, mended ? mended->at : kDistantFuture, breaker.step, {}};
  const std::string lost = breaker.needed > 0
                               ? fmt::format("{} left fewer than the {} of {} {} instances that are needed",
                                             breaker.fault, breaker.needed, breaker.members, breaker.role)
                               : fmt::format("{} left too few {}", breaker.fault, breaker.role);
  stretch.reason = mended ? fmt::format("{}, until enough of them were {}", lost, mended->by)
                          : lost + ", and there is no proof that enough came back";
  return stretch;
}

}  // namespace

std::vector<NotOwed> find_not_owed(const EventLog& events, const Window& window) {
  std::vector<NotOwed> stretches;
  for (const Event& event : events.events) {
    if (event.type != event_type::fault_injecting) continue;
    if (json_get<bool>(event.data, "/quorum/kept").value_or(true)) continue;
    const Breaker breaker = read_breaker(event);
    if (!api_needs(breaker.role)) continue;
    const auto broken = broken_at(events, breaker);
    if (!broken || broken->begin >= window.end) continue;
    stretches.push_back(stretch_of(events, breaker, *broken));
  }
  std::stable_sort(stretches.begin(), stretches.end(),
                   [](const NotOwed& a, const NotOwed& b) { return a.begin < b.begin; });
  std::vector<NotOwed> apart;
  for (NotOwed& next : stretches) {
    if (apart.empty() || next.begin > apart.back().end) {
      apart.push_back(std::move(next));
    } else {
      apart.back().end = std::max(apart.back().end, next.end);
      apart.back().reason += "; " + next.reason;
    }
  }
  return apart;
}

IntervalSet intervals_of(const std::vector<NotOwed>& stretches) {
  IntervalSet intervals;
  for (const NotOwed& stretch : stretches) intervals.push_back({stretch.begin, stretch.end});
  return intervals;
}

}  // namespace hadrill
