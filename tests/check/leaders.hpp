// Builds what a run records of leaders in a few words: versions of a Lease, looks at members of etcd.
#pragma once

#include <map>
#include <string>

#include "check/history.hpp"

namespace hadrill::test {

inline constexpr const char* kManager = "kube-controller-manager";

/// One version of a Lease as it is observed.
struct LeaseVersion {
  std::string holder;
  int transitions = 0;
  Duration renewed{};   ///< since T0; it is told 20 ms later
  Duration acquired{};  ///< since T0
};

inline void observe_lease(RunRecord& record, std::int64_t version, const LeaseVersion& lease,
                          const std::string& name = kManager, Duration told_after = 20ms) {
  add_event(record, kT0 + lease.renewed + told_after, event_type::lease_observed,
            {{"lease", name},
             {"through", "cp1"},
             {"version", version},
             {"holder", lease.holder},
             {"transitions", lease.transitions},
             {"leaseDurationNs", lease.holder.empty() ? 1'000'000'000 : 15'000'000'000},
             {"renewedNs", (kT0 + lease.renewed).ns},
             {"acquiredNs", (kT0 + lease.acquired).ns}});
}

/// Renewed every 2 s from `from` to `to` (since T0), by one holder that has it since `from`. Returns the next version.
inline std::int64_t renew_lease(RunRecord& record, std::int64_t version, const std::string& holder, int transitions,
                                Duration from, Duration to, const std::string& name = kManager) {
  for (Duration at = from; at <= to; at += 2s) observe_lease(record, version++, {holder, transitions, at, from}, name);
  return version;
}

/// What becomes of the stream through an API server at `at` since T0; by then it has told everything up to `version`.
inline void stream_of_leases(RunRecord& record, const std::string& through, const std::string& state,
                             std::int64_t version, Duration at) {
  add_event(record, kT0 + at, event_type::lease_stream, {{"through", through}, {"state", state}, {"version", version}});
}

inline void begin_observing(RunRecord& record) {
  add_event(record, kStart, event_type::leadership_observing,
            {{"leases", Json::array({"kube-controller-manager", "kube-scheduler"})},
             {"through", Json::array({"cp1", "cp2"})},
             {"etcd", Json::array({"cp1", "cp2", "cp3"})},
             {"etcdPeriodNs", 500'000'000}});
  stream_of_leases(record, "cp1", "opened", 1, kStart - kT0);
}

/// A look at the member on `node`, whose id is "id-NODE", sent at `at` since T0 and answered 10 ms later.
inline void look_at_etcd(RunRecord& record, const std::string& node, const std::string& leader, int term,
                         std::int64_t index, Duration at) {
  add_event(record, kT0 + at + Duration(10ms), event_type::etcd_member,
            {{"node", node},
             {"sentNs", (kT0 + at).ns},
             {"member", "id-" + node},
             {"leader", leader.empty() ? "0" : "id-" + leader},
             {"term", term},
             {"index", index},
             {"applied", index},
             {"learner", false}});
}

/// What the member on `node` wrote about itself, or about the leader it lost, at `at` since T0; known to within 1 ms.
inline void log_of_etcd(RunRecord& record, const std::string& node, const std::string& lost, int term, Duration at) {
  Json data = {{"node", node}, {"member", "id-" + node}, {"what", lost.empty() ? "leads" : "lost"},
               {"term", term}, {"atNs", (kT0 + at).ns},  {"uncertaintyNs", 1'000'000}};
  if (!lost.empty()) data["leader"] = "id-" + lost;
  add_event(record, kT0 + 29s, event_type::etcd_logged, std::move(data));
}

inline LeadershipResult leadership(const Verdict& verdict, const std::string& component) {
  for (const LeadershipResult& one : verdict.leadership) {
    if (one.component == component) return one;
  }
  return {};
}

inline void work(RunRecord& record, const char* component, Duration not_before, Duration at) {
  add_event(record, kT0 + at, event_type::useful_work,
            {{"component", component}, {"notBeforeNs", (kT0 + not_before).ns}});
}

/// The controller manager on cp1 dies at T0; the one on cp2 takes over after its Lease has lapsed. `taken`: when, since
/// T0.
inline RunRecord manager_killed(Duration taken = 15s) {
  RunRecord record = run_with(all_good());
  const Json manager = {{"role", "controller-manager"}, {"node", "cp1"}, {"leads", true}};
  for (Event& event : record.events.events) {
    if (event.data.contains("target")) event.data["target"] = manager;
    if (event.type == event_type::fault_injecting) event.data["targets"] = Json::array({manager});
  }
  begin_observing(record);
  // The last renewal is 1 s before T0.
  const std::int64_t version = renew_lease(record, 100, "cp1_a", 4, -9s, -1s);
  renew_lease(record, version, "cp2_b", 5, taken, 28s);
  return record;
}

/// The leader of etcd on cp1 dies at T0; cp2 leads from `elected` since T0 on. Looks every 500 ms.
inline RunRecord etcd_killed(Duration elected = 1200ms) {
  RunRecord record = run_with(all_good());
  const Json member = {{"role", "etcd"}, {"node", "cp1"}, {"leads", true}};
  for (Event& event : record.events.events) {
    if (event.data.contains("target")) event.data["target"] = member;
    if (event.type == event_type::fault_injecting) event.data["targets"] = Json::array({member});
  }
  begin_observing(record);
  std::int64_t index = 1000;
  for (Duration at = -9700ms; at < 28s; at += 500ms, index += 10) {
    const bool before = at < Duration::zero();
    const char* leader = before ? "cp1" : at < 700ms ? "cp1" : at < elected ? "" : "cp2";
    const int term = at < elected ? 3 : 4;
    if (before) look_at_etcd(record, "cp1", "cp1", 3, index, at);
    for (const char* node : {"cp2", "cp3"}) look_at_etcd(record, node, leader, term, index, at);
  }
  return record;
}

}  // namespace hadrill::test
