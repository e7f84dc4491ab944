#include "check/pod_book.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "history/event_log.hpp"

namespace hadrill {
namespace {

/// Nobody waits for longer; as a Duration it does not overflow.
constexpr std::int64_t kLongestS = 1'000'000'000;

/// Pods of a DaemonSet wait for their node, and those of a Job end by themselves.
bool makes_replacements(const std::string& kind) {
  return kind == "ReplicaSet" || kind == "StatefulSet" || kind == "ReplicationController";
}

bool says(const Event& event, const char* pointer) { return json_get<bool>(event.data, pointer).value_or(false); }

}  // namespace

PodFacts::PodFacts(const Event& event)
    : uid(json_text(event.data, "/uid")),
      name(json_text(event.data, "/pod")),
      node(json_text(event.data, "/node")),
      owner(json_text(event.data, "/owner")),
      phase(json_text(event.data, "/phase")),
      ready(says(event, "/ready")),
      gone(says(event, "/gone")),
      leaving(gone || says(event, "/leaving")) {
  const std::string deployment = json_text(event.data, "/deployment");
  group = deployment.empty() ? owner : json_text(event.data, "/namespace") + "/" + deployment;
  // Histories from before kinds were told have only owners that are replaced.
  const auto kind = json_get<std::string>(event.data, "/ownerKind");
  replaceable = !owner.empty() && (!kind || makes_replacements(*kind));
  const auto found = event.data.find("toleratesUnreachableS");
  told = found != event.data.end();
  if (const auto seconds = json_natural(event.data, "/toleratesUnreachableS"))
    tolerates = std::chrono::seconds(std::min(*seconds, kLongestS));
}

bool PodBook::stands_in(const PodFacts& pod) const {
  if (pod.group.empty()) return false;
  return groups_short_.contains(pod.group) || (groups_.contains(pod.group) && !owners_.contains(pod.owner));
}

PodBook::News PodBook::take(const Event& event, const PodFacts& pod) {
  if (event.at < t0_) {
    known_.insert(pod.uid);
    before_.erase(pod.uid);
    if (!pod.leaving) before_.emplace(pod.uid, pod);
    groups_.insert(pod.group);
    owners_.insert(pod.owner);
    return News::none;
  }
  if (known_.contains(pod.uid)) {
    if (!pod.leaving) return News::none;
    groups_short_.insert(pod.group);
    return News::left;
  }
  if (!new_.contains(pod.uid) && !stands_in(pod)) {
    known_.insert(pod.uid);
    return News::none;
  }
  new_.insert(pod.uid);
  return News::replacement;
}

}  // namespace hadrill
