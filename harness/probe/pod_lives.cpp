#include "probe/pod_lives.hpp"

#include <cstdlib>

namespace hadrill {
namespace {

Instant at(std::int64_t ns) { return Instant{ns}; }

}  // namespace

std::optional<PodsSeen> read_pods_seen(const std::string& line) {
  const auto document = parse_json(line, "lives");
  if (!document.ok() || !document->is_object()) return std::nullopt;
  const auto from = json_get<std::int64_t>(*document, "/fromNs");
  const auto until = json_get<std::int64_t>(*document, "/untilNs");
  const auto pods = document->find("pods");
  if (!from || !until || *until < *from || pods == document->end() || !pods->is_object()) return std::nullopt;
  PodsSeen seen{*from, *until, {}};
  for (const auto& [uid, started] : pods->items()) {
    if (!started.is_number_integer()) return std::nullopt;
    seen.pods[uid] = started.get<std::int64_t>();
  }
  return seen;
}

void PodLives::look(const PodsSeen& seen) {
  if (watched_from_ns_ && Duration(seen.from_ns - watched_until_ns_) > kLongestUnseen) lost();
  if (!watched_from_ns_) watched_from_ns_ = seen.from_ns;
  watched_until_ns_ = seen.until_ns;
  for (auto life = lives_.begin(); life != lives_.end();) {
    const auto now = seen.pods.find(life->first);
    const bool same = now != seen.pods.end() && Duration(std::abs(now->second - life->second.started_ns)) < kStartTick;
    if (same) {
      life->second.alive_ns = seen.from_ns;
      ++life;
    } else {
      tell_over(life->first, life->second, seen.until_ns);
      life = lives_.erase(life);
    }
  }
  for (const auto& [uid, started] : seen.pods) {
    if (!lives_.emplace(uid, Life{started, seen.from_ns}).second) continue;
    sink_({at(seen.until_ns),
           event_type::pod_runs,
           {{"node", node_}, {"uid", uid}, {"startedNs", started}, {"aliveNs", seen.from_ns}}});
  }
}

void PodLives::lost() {
  if (!watched_from_ns_) return;
  sink_({at(watched_until_ns_),
         event_type::pods_watched,
         {{"node", node_}, {"fromNs", *watched_from_ns_}, {"untilNs", watched_until_ns_}}});
  watched_from_ns_.reset();
  // Kept: whether they are still the same is seen when there is somebody to look again.
  for (const auto& [uid, life] : lives_) tell_over(uid, life, std::nullopt);
}

void PodLives::tell_over(const std::string& uid, const Life& life, std::optional<std::int64_t> gone_ns) {
  Json data = {{"node", node_}, {"uid", uid}, {"startedNs", life.started_ns}, {"aliveNs", life.alive_ns}};
  if (gone_ns) data["goneNs"] = *gone_ns;
  sink_({at(gone_ns.value_or(watched_until_ns_)), event_type::pod_ran, std::move(data)});
}

}  // namespace hadrill
