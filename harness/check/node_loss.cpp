#include "check/node_loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "check/pod_book.hpp"
#include "check/workload_clock.hpp"
#include "history/event.hpp"

namespace hadrill {
namespace {

using Times = std::map<std::string, std::optional<Bounds>>;  ///< by what it is that has to happen to

Bounds open_since(const EventLog& events, const char* type, const Window& window) {
  return {std::max(Duration::zero(), told_until(events, type, window) - window.t0_upper), std::nullopt};
}

/// The last of them; open where one has not happened, which `why` then names.
Bounds last_of(const Times& times, const Bounds& open, const char* what, std::string& why) {
  Bounds last{Duration::zero(), Duration::zero()};
  for (const auto& [about, time] : times) {
    if (!time) {
      why = fmt::format("{} was not seen {}", about, what);
      return open;
    }
    last = {std::max(last.lower, time->lower), std::max(*last.upper, *time->upper)};
  }
  return last;
}

/// The first time after T0 at which each of those that were up at T0 is down.
struct Watch {
  std::map<std::string, bool> up;  ///< at T0, as last told
  Times down;

  void tell(const Event& event, const std::string& about, bool is_up, const Window& window) {
    if (event.at < window.t0_lower) {
      up[about] = is_up;
      return;
    }
    const auto before = up.find(about);
    if (before == up.end() || !before->second || is_up) return;
    std::optional<Bounds>& time = down[about];
    if (!time) time = since_t0(told_in(event), window);
  }

  /// Those that were up, with a time or without.
  Times times() const {
    Times all = down;
    for (const auto& [about, was_up] : up) {
      if (was_up) all.emplace(about, std::nullopt);
    }
    return all;
  }
};

std::optional<Bounds> not_ready(const EventLog& events, const Window& window, const std::set<std::string>& hit,
                                std::string& why) {
  Watch nodes;
  for (const Event& event : events.events) {
    const std::string name = json_text(event.data, "/node");
    if (event.type != event_type::node_changed || event.at > window.end || !hit.contains(name)) continue;
    nodes.tell(event, name, json_text(event.data, "/ready") == "True" && !is_gone(event), window);
  }
  const Times times = nodes.times();
  for (const std::string& name : hit) {
    if (times.contains(name)) continue;
    why = name + " was not watched, or not Ready, before the fault";
    return std::nullopt;
  }
  return last_of(times, open_since(events, event_type::node_changed, window), "to be called not Ready", why);
}

std::optional<Bounds> removed(const EventLog& events, const Window& window, const std::set<std::string>& hit,
                              std::string& why) {
  Watch pods;
  for (const Event& event : events.events) {
    if (event.type != event_type::endpoint_changed || event.at > window.end) continue;
    if (!hit.contains(json_text(event.data, "/node"))) continue;
    const std::string about = fmt::format("{} of {}/{}", json_text(event.data, "/pod"),
                                          json_text(event.data, "/namespace"), json_text(event.data, "/service"));
    pods.tell(event, about, json_get<bool>(event.data, "/ready").value_or(false) && !is_gone(event), window);
  }
  const Times times = pods.times();
  if (times.empty()) {
    why = "no pod that was watched was a ready endpoint there before the fault";
    return std::nullopt;
  }
  return last_of(times, open_since(events, event_type::endpoint_changed, window), "to leave its Service", why);
}

/// What pods.changed told by the end of the window.
struct Pods {
  std::vector<PodFacts> there;                       ///< on the nodes at T0, and replaced if thrown out
  std::set<std::string> left;                        ///< uids of those that were thrown out
  std::map<std::string, std::vector<Bounds>> ready;  ///< replacements, by group
};

Pods read_pods(const EventLog& events, const Window& window, const std::set<std::string>& hit) {
  Pods pods;
  PodBook book(window.t0_lower);
  std::set<std::string> ready;
  for (const Event& event : events.events) {
    if (event.type != event_type::pod_changed || event.at > window.end) continue;
    const PodFacts facts(event);
    const PodBook::News news = book.take(event, facts);
    if (news == PodBook::News::left) pods.left.insert(facts.uid);
    const bool replaces = news == PodBook::News::replacement && facts.ready && !facts.gone;
    if (replaces && ready.insert(facts.uid).second) pods.ready[facts.group].push_back(since_t0(told_in(event), window));
  }
  for (const auto& [uid, pod] : book.before()) {
    const bool ended = pod.phase == "Succeeded" || pod.phase == "Failed";
    if (pod.replaceable && !ended && hit.contains(pod.node)) pods.there.push_back(pod);
  }
  return pods;
}

/// Those that have to be replaced: thrown out, or tolerating no longer than one that was.
std::vector<PodFacts> owed(const Pods& pods) {
  std::optional<Duration> longest;
  for (const PodFacts& pod : pods.there) {
    if (pods.left.contains(pod.uid) && pod.tolerates)
      longest = std::max(longest.value_or(*pod.tolerates), *pod.tolerates);
  }
  std::vector<PodFacts> found;
  std::copy_if(pods.there.begin(), pods.there.end(), std::back_inserter(found), [&](const PodFacts& pod) {
    return pods.left.contains(pod.uid) || (longest && pod.tolerates && *pod.tolerates <= *longest);
  });
  return found;
}

/// The k-th of them; nullopt when there are fewer.
std::optional<Bounds> nth(std::vector<Bounds> times, std::size_t k) {
  if (times.size() < k) return std::nullopt;
  const auto place = static_cast<std::ptrdiff_t>(k) - 1;
  std::nth_element(times.begin(), times.begin() + place, times.end(),
                   [](const Bounds& a, const Bounds& b) { return a.lower < b.lower; });
  const Duration lower = times[k - 1].lower;
  std::nth_element(times.begin(), times.begin() + place, times.end(),
                   [](const Bounds& a, const Bounds& b) { return *a.upper < *b.upper; });
  return Bounds{lower, times[k - 1].upper};
}

std::optional<Bounds> replaced(const EventLog& events, const Window& window, const std::set<std::string>& hit,
                               std::string& why) {
  const Pods pods = read_pods(events, window, hit);
  if (pods.there.empty()) {
    why = "no pod that was watched, and that others can stand in for, was there before the fault";
    return std::nullopt;
  }
  const Bounds open = open_since(events, event_type::pod_changed, window);
  std::map<std::string, std::vector<std::string>> names;  // of the pods of a group
  for (const PodFacts& pod : owed(pods)) names[pod.group].push_back(pod.name);
  if (names.empty()) {
    why = "no pod was seen to be thrown out";
    return open;
  }
  Times times;
  for (const auto& [group, lost] : names) {
    const auto ready = pods.ready.find(group);
    const auto all = ready == pods.ready.end() ? std::vector<Bounds>() : ready->second;
    times[fmt::format("{} of {} replacements of {}", lost.size() - std::min(lost.size(), all.size()), lost.size(),
                      lost.front())] = nth(all, lost.size());
  }
  return last_of(times, open, "to be Ready", why);
}

}  // namespace

bool hits_node(const std::string& role) {
  return role == "worker" || role == "control-plane" || role == "kubelet" || role == "containerd";
}

std::set<std::string> nodes_hit(const EventLog& events) {
  std::set<std::string> nodes;
  for (const Event& event : events.events) {
    if (event.type != event_type::fault_injecting) continue;
    for (const Json& target : json_array(event.data, "/targets")) {
      if (hits_node(json_text(target, "/role"))) nodes.insert(json_text(target, "/node"));
    }
  }
  return nodes;
}

std::optional<Bounds> node_loss_time(SliRef::Kind kind, const EventLog& events, const Window& window,
                                     std::string& why) {
  const std::set<std::string> hit = nodes_hit(events);
  if (hit.empty()) {
    why = "no fault hit a node";
    return std::nullopt;
  }
  if (kind == SliRef::Kind::nodes_not_ready) return not_ready(events, window, hit, why);
  if (kind == SliRef::Kind::pods_removed) return removed(events, window, hit, why);
  return replaced(events, window, hit, why);
}

Result<std::optional<bounds::Range<Duration>>> toleration_of_pods(const EventLog& events, const Window& window) {
  using Known = std::optional<bounds::Range<Duration>>;
  const Pods pods = read_pods(events, window, nodes_hit(events));
  std::vector<PodFacts> about = owed(pods);
  if (about.empty()) about = pods.there;
  Known range;
  for (const PodFacts& pod : about) {
    if (!pod.told) return Known();
    if (!pod.tolerates) continue;
    const Duration time = *pod.tolerates;
    range = range ? bounds::Range<Duration>{std::min(range->least, time), std::max(range->most, time)}
                  : bounds::Range<Duration>{time, time};
  }
  if (!range && !about.empty())
    return infrastructure_error("pods",
                                "the pods tolerate forever that their node is not reached: nothing throws them out");
  return range;
}

}  // namespace hadrill
