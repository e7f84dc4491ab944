// Owns what happened besides samples: one JSON object per line of events.jsonl, append-only.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace hadrill {

/// Something that happened at an instant. `type` is one of the names below; `data` are the members listed beside it.
struct Event {
  Instant at;
  std::string type;
  Json data = Json::object();
};

/// Looks at which pods run come twice a second; what is further apart is a gap that hides a pod which begins and ends.
inline constexpr Duration kLongestUnseen = std::chrono::seconds(5);
/// The kernel counts starts of processes in ticks: nearer to each other than this, two starts are the same.
inline constexpr Duration kStartTick = std::chrono::milliseconds(10);

namespace event_type {
inline constexpr const char* run_started = "run.started";  // scenario, seed, realtimeNs (of `at`)
inline constexpr const char* flags_read =
    "flags.read";  // version, sources[{component,node,source,values{}}], unread[{component,node,reason}]
inline constexpr const char* probers_started = "probers.started";  // realtimePriority
inline constexpr const char* steady_began = "steady_state.began";  // all conditions hold; the hold starts
inline constexpr const char* steady_held = "steady_state.held";    // it held: the method begins
inline constexpr const char* steady_lost = "steady_state.lost";    // reason: before anything was broken; it begins anew
inline constexpr const char* leader_moved = "leader.moved";  // role, from, to: on purpose, before the steady state
inline constexpr const char* fault_injecting =
    "fault.injecting";  // step, fault, beganNs (work on it began), targets[{role,node,leads}], quorum{...}
inline constexpr const char* fault_proven = "fault.proven";  // step, target, t0LowerNs, t0UpperNs, [stays], proof{...}
inline constexpr const char* fault_unproven = "fault.unproven";  // step, target, reason
inline constexpr const char* fault_refused = "fault.refused";    // as fault.injecting, reason: the guard's
inline constexpr const char* fault_undone = "fault.undone";      // step, target, beganNs, proof: nothing of it is left
inline constexpr const char* fault_expired =
    "fault.expired";                                     // id, node, why, trouble: undone before it was told to be
inline constexpr const char* agent_lost = "agent.lost";  // node: the channel to its agent broke
inline constexpr const char* agent_reopened = "agent.reopened";  // node
inline constexpr const char* residue_found = "residue.found";    // node, what
inline constexpr const char* stopped = "run.stopped";            // reason: a stop condition of the scenario
inline constexpr const char* heal_proven = "heal.proven";  // step, target, proof{[healedLowerNs, healedUpperNs], ...}
inline constexpr const char* heal_unproven = "heal.unproven";        // step, target, reason
inline constexpr const char* redundancy_check = "redundancy.check";  // startNs, endNs, ok, failing[{condition,reason}]
inline constexpr const char* observe_ended = "observe.ended";        // step, recovered, timedOut, onTimeout
inline constexpr const char* probers_stopped = "probers.stopped";    // cpuSeconds, maxRssKib
inline constexpr const char* vantage_lost = "vantage.lost";          // node, reason: nothing is seen from there until
inline constexpr const char* vantage_reopened = "vantage.reopened";  // node
inline constexpr const char* checks_changed = "apiserver.checks";    // prober, failing ("" when none is)
inline constexpr const char* server_seen =
    "server.seen";  // server, name: it answered for the first time; Sample::server of what it answers from then on
inline constexpr const char* controllers_acted =
    "controllers.acted";  // prober, sequence, askedNs, and as far as it came: created, bound, ready{notBeforeNs, atNs}
// Optional: what nothing recorded is not measured. notBeforeNs, where there is one, is the last look that did not yet
// see it; without one the instant of the event is taken as it is.
inline constexpr const char* detected = "component.detected";         // component, what, [notBeforeNs]
inline constexpr const char* useful_work = "leadership.useful_work";  // component, [holder], [notBeforeNs]
inline constexpr const char* repaired = "instance.repaired";          // role, node, [notBeforeNs]
// Who leads, as told by watches of the Leases and by looks at the members of etcd. Names end in Ns: CLOCK_MONOTONIC.
inline constexpr const char* leadership_observing =
    "leadership.observing";  // leases[], through[], etcd[], etcdPeriodNs, [etcdNotObserved]: what is observed from now
                             // on
inline constexpr const char* lease_observed =
    "lease.observed";  // lease, through, version, holder, transitions, leaseDurationNs, renewedNs, acquiredNs
inline constexpr const char* lease_stream = "lease.stream";  // through, state: opened|ended|expired, version, [reason]
inline constexpr const char* etcd_member =
    "etcd.member";  // node, sentNs, and either member, leader, term, index, applied, learner or reason
inline constexpr const char* etcd_logged =
    "etcd.logged";  // node, member, what: leads, lost; [leader], term, atNs, uncertaintyNs: dated by the member's log
// Who is served where, as told by watches: the first time, and whenever it changes. `gone`: it is not there any more.
// With notBeforeNs it was found in a list, and may have changed at any time since then.
inline constexpr const char* node_changed = "node.changed";  // node, ready (True, False, Unknown), evicts, [gone]
inline constexpr const char* endpoint_changed =
    "endpoint.changed";  // namespace, service, pod, node, ready, terminating, [gone]
inline constexpr const char* pod_changed =
    "pod.changed";  // namespace, pod, uid, owner, [ownerKind], [deployment] ("" without one), [toleratesUnreachableS]
                    // (null: forever), node ("" until it is bound), phase, ready, leaving, [gone]
inline constexpr const char* workload_stream =
    "workload.stream";  // of (the type that it tells), state: opened|ended|expired, version, [reason]
// Which pods run, by the processes on each worker: no API server, kubelet or container runtime has a say in it.
inline constexpr const char* pod_runs = "pod.runs";  // node, uid, startedNs, aliveNs: it was seen then
inline constexpr const char* pod_ran =
    "pod.ran";  // node, uid, startedNs, aliveNs: seen last; [goneNs: seen to be gone]. Again when it is seen on
inline constexpr const char* pods_watched = "pods.watched";  // node, fromNs, untilNs: a stretch without a gap
inline constexpr const char* counter_stepped =
    "counter.stepped";  // prober, service, pod, step, value: it was acknowledged
inline constexpr const char* counter_read =
    "counter.read";  // service, pod, and either steps[[step, value]...], those of this run, or reason
inline constexpr const char* clock_stepped = "clock.stepped";  // byNs: the wall clock against CLOCK_MONOTONIC
// What people said and did while they watched.
inline constexpr const char* hypothesis =
    "drill.hypothesis";  // text, [expectedNs: the longest outage expected of users]: said before anything was broken
inline constexpr const char* healed_by_hand =
    "drill.healed_by_hand";  // beganNs, undone[], skipped[] (steps): what was in force was undone before its time
inline constexpr const char* interrupted = "run.interrupted";  // signal count
inline constexpr const char* failed = "run.failed";            // kind, where, message
inline constexpr const char* run_finished = "run.finished";
}  // namespace event_type

}  // namespace hadrill
