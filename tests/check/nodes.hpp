// Histories of nodes, endpoints and pods in a few words: what watches told, at instants counted from T0.
#pragma once

#include "history.hpp"

namespace hadrill::test {

inline void node_told(RunRecord& record, Duration at, const std::string& name, const std::string& ready,
                      bool evicts = false) {
  add_event(record, kT0 + at, event_type::node_changed, {{"node", name}, {"ready", ready}, {"evicts", evicts}});
}

inline void endpoint_told(RunRecord& record, Duration at, const std::string& pod, bool ready,
                          const std::string& node = "w") {
  add_event(record, kT0 + at, event_type::endpoint_changed,
            {{"namespace", "shop"}, {"service", "web"}, {"pod", pod}, {"node", node}, {"ready", ready}});
}

struct PodStory {
  std::string name;
  std::string node = "";
  std::string phase = "Pending";
  bool ready = false;
  bool leaving = false;
  std::string owner = "rs";
  std::optional<std::string> deployment = std::nullopt;  ///< nullopt: of a history from before that was told
  std::string kind = "ReplicaSet";
  Json tolerates = 30;  ///< seconds; null: forever
  std::string uid = "";
};

inline void pod_told(RunRecord& record, Duration at, const PodStory& one) {
  Json data = {{"namespace", "shop"}, {"pod", one.name},       {"uid", one.uid.empty() ? "uid-" + one.name : one.uid},
               {"owner", one.owner},  {"node", one.node},      {"phase", one.phase},
               {"ready", one.ready},  {"leaving", one.leaving}};
  if (one.deployment) {
    data["deployment"] = *one.deployment;
    data["ownerKind"] = one.kind;
    data["toleratesUnreachableS"] = one.tolerates;
  }
  add_event(record, kT0 + at, event_type::pod_changed, std::move(data));
}

/// The pod serves, is told to go, waits, and serves.
inline PodStory serving(const std::string& name, const std::string& node) {
  return {name, node, "Running", true, false, "rs", "web"};
}
inline PodStory going(const std::string& name, const std::string& node) {
  return {name, node, "Running", false, true, "rs", "web"};
}

/// Another fault than the one that add_events_until_fault() tells of.
inline void hit_instead(RunRecord& record, const std::string& fault, const Json& targets) {
  auto& step = std::get<InjectStep>(record.scenario.method.front());
  step.fault = fault;
  for (Event& event : record.events.events) {
    if (event.type != event_type::fault_injecting) continue;
    event.data["fault"] = fault;
    event.data["targets"] = targets;
  }
}

/// A pod as the target of a fault.
inline Json pod_target(const std::string& pod, const std::string& node = "w") {
  return {{"role", "pod"}, {"node", node}, {"leads", false}, {"pod", "shop/" + pod}};
}

/// Two pods of one node are killed, the second 1 s after the first; they are proven healed 3 s and 5 s after T0.
inline RunRecord two_pods_hit() {
  RunRecord record = run_with(all_good());
  drop_events(record, event_type::fault_proven);
  drop_events(record, event_type::heal_proven);
  const Json pods = Json::array({pod_target("web-1"), pod_target("web-2")});
  hit_instead(record, "process.kill", pods);
  for (int i = 0; i < 2; ++i) {
    const Instant t0 = kT0 + Duration(1s) * i;
    add_event(record, t0 + Duration(2ms), event_type::fault_proven,
              {{"step", "kill"},
               {"target", pods[static_cast<std::size_t>(i)]},
               {"t0LowerNs", t0.ns},
               {"t0UpperNs", (t0 + Duration(1ms)).ns},
               {"proof", Json::object()}});
  }
  for (int i = 0; i < 2; ++i) {
    const Instant healed = kT0 + Duration(3s) + Duration(2s) * i;
    add_event(record, kEnd + Duration(1s), event_type::heal_proven,
              {{"step", "kill"},
               {"target", pods[static_cast<std::size_t>(i)]},
               {"proof", {{"healedLowerNs", healed.ns}, {"healedUpperNs", (healed + Duration(10ms)).ns}}}});
  }
  return record;
}

inline Json worker(const std::string& name) { return {{"role", "worker"}, {"node", name}, {"leads", false}}; }

}  // namespace hadrill::test
