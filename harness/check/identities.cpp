#include "check/identities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/duration.hpp"

namespace hadrill {
namespace {

struct Stretch {
  Instant from;
  Instant until;
};

/// What the API told of the pods of StatefulSets.
struct Identities {
  std::map<std::string, std::string> by_uid;  ///< -> "NAMESPACE/POD"
  std::set<std::string> ran;                  ///< UIDs of those that it called running
  std::set<std::string> nodes;                ///< that they were bound to
};

Identities read_identities(const EventLog& events) {
  Identities all;
  for (const Event& event : events.events) {
    if (event.type != event_type::pod_changed || json_text(event.data, "/ownerKind") != "StatefulSet") continue;
    const std::string uid = json_text(event.data, "/uid");
    all.by_uid[uid] = json_text(event.data, "/namespace") + "/" + json_text(event.data, "/pod");
    if (json_text(event.data, "/phase") == "Running") all.ran.insert(uid);
    if (const std::string node = json_text(event.data, "/node"); !node.empty()) all.nodes.insert(node);
  }
  return all;
}

/// Faults of whole nodes: by the upper end of T0 nothing runs there any more (kill, reboot) or goes on (pause).
struct NodeStop {
  std::string node;
  Instant by;
  bool ends_lives = false;
};

std::vector<NodeStop> read_node_stops(const EventLog& events) {
  std::map<std::string, std::string> faults;  // of steps
  std::vector<NodeStop> stops;
  for (const Event& event : events.events) {
    if (event.type == event_type::fault_injecting)
      faults[json_text(event.data, "/step")] = json_text(event.data, "/fault");
    if (event.type != event_type::fault_proven) continue;
    const std::string& fault = faults[json_text(event.data, "/step")];
    const bool kills = fault == "node.kill" || fault == "node.reboot";
    const auto upper = json_natural(event.data, "/t0UpperNs");
    if (upper && (kills || fault == "node.pause"))
      stops.push_back({json_text(event.data, "/target/node"), Instant{*upper}, kills});
  }
  return stops;
}

void take(const Event& event, const Identities& known, std::map<std::string, PodLife>& lives) {
  if (event.type != event_type::pod_runs && event.type != event_type::pod_ran) return;
  const std::string uid = json_text(event.data, "/uid");
  const auto identity = known.by_uid.find(uid);
  const auto started = json_natural(event.data, "/startedNs");
  const auto alive = json_natural(event.data, "/aliveNs");
  if (identity == known.by_uid.end() || !started || !alive) return;
  const std::string node = json_text(event.data, "/node");
  auto [found, is_new] = lives.try_emplace(fmt::format("{} {} {}", node, uid, *started),
                                           PodLife{identity->second, uid, node, Instant{*started}, Instant{*alive}});
  PodLife& life = found->second;
  life.alive = std::max(life.alive, Instant{*alive});
  if (const auto gone = json_natural(event.data, "/goneNs")) life.gone = Instant{*gone};
}

/// The node's end is the end of what ran on it, and nothing ran on it that was not seen to.
void end_with_node(PodLife& life, const std::vector<NodeStop>& stops) {
  for (const NodeStop& stop : stops) {
    if (!stop.ends_lives || stop.node != life.node || life.started >= stop.by || life.alive > stop.by) continue;
    life.gone = std::min(life.gone.value_or(stop.by), stop.by);
  }
}

/// How long both are proven to have lived at a time; negative: not at all.
Duration overlap(const PodLife& a, const PodLife& b) {
  return std::min(a.alive, b.alive) - std::max(a.started, b.started) - kStartTick;
}

bool maybe_together(const PodLife& a, const PodLife& b) {
  return (!a.gone || *a.gone > b.started) && (!b.gone || *b.gone > a.started);
}

/// Lives of one identity that met, by the two pods and nodes.
struct Overlaps {
  struct Pair {
    const PodLife* a = nullptr;
    const PodLife* b = nullptr;
  };
  std::map<std::string, Pair> proven;    ///< the two that met longest
  std::map<std::string, Pair> possible;  ///< any two that may have met

  void see(const PodLife& a, const PodLife& b) {
    // The process of a pod that is made anew in the same pod is no second pod.
    if (a.uid == b.uid && a.node == b.node) return;
    const std::string pods = fmt::format("{} {} {} {}", a.uid, a.node, b.uid, b.node);
    if (overlap(a, b) > Duration::zero()) {
      Pair& longest = proven[pods];
      if (longest.a == nullptr || overlap(a, b) > overlap(*longest.a, *longest.b)) longest = {&a, &b};
    } else if (maybe_together(a, b)) {
      possible[pods] = {&a, &b};
    }
  }
};

std::string words(const PodLife& life, Instant zero) {
  return fmt::format("{} on {} from T0{:+.3f} s to {}", life.uid, life.node, seconds_of(life.started - zero),
                     life.gone ? fmt::format("at the latest T0{:+.3f} s (seen last at T0{:+.3f} s)",
                                             seconds_of(*life.gone - zero), seconds_of(life.alive - zero))
                               : fmt::format("at least T0{:+.3f} s", seconds_of(life.alive - zero)));
}

std::string words(const PodLife& a, const PodLife& b, Instant zero) {
  return fmt::format("{}: {}, and {}", a.identity, words(a, zero), words(b, zero));
}

std::vector<Stretch> watched(const EventLog& events, const std::string& node) {
  std::vector<Stretch> stretches;
  for (const Event& event : events.events) {
    if (event.type != event_type::pods_watched || json_text(event.data, "/node") != node) continue;
    const auto from = json_natural(event.data, "/fromNs");
    const auto until = json_natural(event.data, "/untilNs");
    if (from && until) stretches.push_back({Instant{*from}, Instant{*until}});
  }
  return stretches;
}

/// Stretches of the window in which nobody looked at a node that was not stopped as a whole then; in words.
std::vector<std::string> unseen(const EventLog& events, const std::string& node, const std::vector<NodeStop>& stops,
                                const Window& window) {
  std::vector<std::string> gaps;
  Instant seen_until = window.t0_lower;
  const auto gap_to = [&](Instant end) {
    if (end - seen_until <= kLongestUnseen) return;
    const bool stopped = std::any_of(stops.begin(), stops.end(), [&](const NodeStop& stop) {
      return stop.node == node && stop.by >= seen_until - kLongestUnseen && stop.by <= end;
    });
    if (!stopped) {
      gaps.push_back(fmt::format("nobody saw what ran on {} from T0{:+.1f} s to T0{:+.1f} s", node,
                                 seconds_of(seen_until - window.t0_lower), seconds_of(end - window.t0_lower)));
    }
  };
  for (const Stretch& stretch : watched(events, node)) {
    if (stretch.until < seen_until) continue;
    gap_to(std::min(stretch.from, window.end));
    seen_until = stretch.until;
  }
  gap_to(window.end);
  return gaps;
}

/// Why it cannot be said that there were no other lives than those.
std::vector<std::string> doubts(const EventLog& events, const Identities& known, const std::vector<PodLife>& lives,
                                const Window& window) {
  std::vector<std::string> why;
  const std::vector<NodeStop> stops = read_node_stops(events);
  for (const std::string& node : known.nodes) {
    for (std::string& gap : unseen(events, node, stops, window)) why.push_back(std::move(gap));
  }
  for (const std::string& uid : known.ran) {
    const bool seen = std::any_of(lives.begin(), lives.end(), [&](const PodLife& life) { return life.uid == uid; });
    if (!seen) why.push_back(fmt::format("{} ({}) was called running and never seen to", known.by_uid.at(uid), uid));
  }
  return why;
}

}  // namespace

std::vector<PodLife> pod_lives(const EventLog& events) {
  const Identities known = read_identities(events);
  std::map<std::string, PodLife> by_key;
  for (const Event& event : events.events) take(event, known, by_key);
  const std::vector<NodeStop> stops = read_node_stops(events);
  std::vector<PodLife> lives;
  for (auto& [key, life] : by_key) {
    end_with_node(life, stops);
    lives.push_back(std::move(life));
  }
  std::stable_sort(lives.begin(), lives.end(), [](const PodLife& a, const PodLife& b) {
    return a.identity != b.identity ? a.identity < b.identity : a.started < b.started;
  });
  return lives;
}

std::optional<Finding> judge_identities(const EventLog& events, const std::optional<Window>& window) {
  const Identities known = read_identities(events);
  if (known.by_uid.empty() || !window) return std::nullopt;
  const std::vector<PodLife> lives = pod_lives(events);
  Overlaps overlaps;
  for (std::size_t i = 0; i < lives.size(); ++i) {
    for (std::size_t j = i + 1; j < lives.size() && lives[j].identity == lives[i].identity; ++j)
      overlaps.see(lives[i], lives[j]);
  }
  if (!overlaps.proven.empty()) {
    std::vector<std::string> told;
    for (const auto& [pods, longest] : overlaps.proven)
      told.push_back(fmt::format("{}: for at least {}", words(*longest.a, *longest.b, window->t0_lower),
                                 format_seconds(overlap(*longest.a, *longest.b), 3)));
    return make_finding("identities", Judgement::fail, fmt::format("ran twice at a time: {}", fmt::join(told, "; ")));
  }
  std::vector<std::string> why = doubts(events, known, lives, *window);
  for (const auto& [pods, pair] : overlaps.possible)
    why.push_back("may have run twice: " + words(*pair.a, *pair.b, window->t0_lower));
  if (!why.empty()) return make_finding("identities", Judgement::inconclusive, fmt::format("{}", fmt::join(why, "; ")));
  std::set<std::string> names;
  for (const PodLife& life : lives) names.insert(life.identity);
  return make_finding("identities", Judgement::pass,
                      fmt::format("{} identities, {} runs of their pods, by the processes on every node they "
                                  "were on: none ran twice at a time",
                                  names.size(), lives.size()));
}

}  // namespace hadrill
