// The stories that reports are tested with.
#pragma once

#include <map>

#include "bounds/flags.hpp"
#include "check/history.hpp"
#include "check/leaders.hpp"

namespace hadrill::test {

/// One API server of three dies: a short outage through the load balancer, a longer one on its own port.
inline RunRecord kill_run(Duration outage) {
  RunRecord record;
  record.scenario = kill_scenario();
  const World users = both(down(kT0 + Duration(30ms), kT0 + outage),
                           down(kT0 + Duration(6s), kT0 + Duration(6200ms), {Outcome::slow, 1300ms}));
  add_prober(record, prober_info("api.read.new"), users, kStart + Duration(13ms));
  ProberInfo reused = prober_info("api.read.reused", 50ms);
  reused.connection = "reused";
  add_prober(record, reused, down(kT0, kT0 + Duration(200ms), {Outcome::reset, 2ms}), kStart + Duration(7ms));
  ProberInfo direct = prober_info("api.direct.hadrill-control-plane2", 200ms, "each-api-server");
  direct.endpoint = "hadrill-control-plane2";
  direct.connection = "reused";
  add_prober(record, direct, down(kT0, kT0 + Duration(8s)), kStart + Duration(111ms));
  add_events_until_fault(record);
  add_events_until_end(record, 9s);
  return record;
}

/// A prober that does `operation`.
inline void add_operation(RunRecord& record, const std::string& name, const std::string& through,
                          const std::string& operation, const std::string& endpoint, const World& world) {
  ProberInfo info = prober_info(name, 100ms, through);
  info.operation = operation;
  info.endpoint = endpoint;
  info.connection = "reused";
  // Phases apart, as a schedule has them.
  const Duration phase = 11ms * static_cast<int>(record.samples.header.probers.size());
  add_prober(record, info, world, kStart + phase);
}

/// Two of three etcd members die on purpose: nothing is owed until one is back. Everything a run can tell is in it.
inline RunRecord quorum_run() {
  RunRecord record;
  record.scenario = kill_scenario();
  record.scenario.name = "etcd-quorum-loss";
  const World lost = down(kT0 + Duration(30ms), kT0 + Duration(8s), {Outcome::timeout, 10s});
  add_operation(record, "api.read", "load-balancer", operation::read, "lb", lost);
  add_operation(record, "api.read.new", "load-balancer", operation::cached_read, "lb", all_good());
  add_operation(record, "api.write", "load-balancer", operation::write, "lb",
                both(lost, down(kT0 + Duration(12s), kT0 + Duration(13s), {Outcome::slow, 1200ms})));
  add_operation(record, "api.direct.cp1", "each-api-server", operation::read, "cp1", lost);
  add_operation(record, "etcd.cp1", "each-etcd-member", operation::health, "cp1", lost);
  add_operation(record, "null", "local-echo", operation::echo, "localhost",
                down(kT0 + Duration(20s), kT0 + Duration(20100ms)));
  const Json members = Json::array(
      {{{"role", "etcd"}, {"node", "cp1"}, {"leads", true}}, {{"role", "etcd"}, {"node", "cp2"}, {"leads", false}}});
  add_events_until_fault(record);
  for (Event& event : record.events.events) {
    if (event.type == event_type::fault_injecting) {
      event.data["targets"] = members;
      event.data["quorum"] = {{"members", 3}, {"remaining", 1}, {"needed", 2}, {"kept", false}};
    } else if (event.type == event_type::fault_proven) {
      event.data["target"] = members[0];
      event.data["proof"] = {
          {"measures",
           {{{"what", "data lost since the snapshot"}, {"value", 412}, {"unit", "revisions of etcd"}},
            {{"what", "time to serve, first API server"}, {"lowerNs", 21'300'000'000}, {"upperNs", 24'900'000'000}},
            {{"what", "of no kind"}},
            "no measure"}}};
    }
  }
  add_event(record, kT0 + Duration(4ms), event_type::fault_proven,
            {{"step", "kill"},
             {"target", members[1]},
             {"t0LowerNs", (kT0 + Duration(2ms)).ns},
             {"t0UpperNs", (kT0 + Duration(3ms)).ns},
             {"proof", Json::object()}});
  add_event(record, kT0 + Duration(900ms), event_type::detected, {{"component", "etcd"}, {"what", "no leader"}});
  add_event(record, kT0 + Duration(7s), event_type::repaired,
            {{"role", "etcd"}, {"node", "cp2"}, {"notBeforeNs", (kT0 + Duration(6500ms)).ns}});
  add_event(record, kT0 + Duration(9s), event_type::useful_work,
            {{"component", "kube-controller-manager"}, {"holder", "cp3"}});
  add_event(record, kT0 + Duration(15s), event_type::clock_stepped, {{"byNs", 3'600'000'000'000}});
  add_events_until_end(record, 9s);
  drop_events(record, event_type::heal_proven);
  for (const Json& member : members) {
    add_event(record, kEnd + Duration(1s), event_type::heal_proven,
              {{"step", "kill"}, {"target", member}, {"proof", Json::object()}});
  }
  for (Event& event : record.events.events) {
    if (event.type == event_type::probers_stopped) event.data = {{"cpuSeconds", 2.25}, {"maxRssKib", 20480}};
  }
  record.calibration = Calibration{Duration(24ms), "2027-01-15T07:00:00.000Z"};
  return record;
}

/// A scheduler's leader dies; both budgets follow from the flags, and one that cannot.
inline RunRecord bounded_run() {
  RunRecord record = kill_run(900ms);
  record.scenario.name = "scheduler-leader-kill";
  const ProberSpec users{"api.read.new",      ProbePath::load_balancer, ConnectionClass::fresh, 100ms, 1s, 10s,
                         ProbeOperation::read};
  const ProberSpec pods{"controllers.act",    ProbePath::controllers, ConnectionClass::reused, 500ms, 10s, 60s,
                        ProbeOperation::scale};
  record.scenario.probers = {users, pods};
  ProberInfo info = prober_info("controllers.act", 500ms, "controllers");
  info.deadline = 10s;
  info.connection = "reused";
  info.operation = operation::scale;
  add_prober(record, info, down(kT0, kT0 + Duration(12s), {Outcome::timeout, 10s}), kStart + Duration(57ms));
  record.scenario.slos = {slo(SliRef::Kind::longest_outage, "controllers.act", "controllers.act.longest_outage", 0s),
                          slo(SliRef::Kind::longest_outage, "api.read.new", "api.read.new.longest_outage", 0s)};
  for (Slo& one : record.scenario.slos) one.automatic = true;
  add_event(record, kStart - Duration(500ms), event_type::flags_read, bounds::to_json(default_flags()));
  for (Event& event : record.events.events) {
    if (event.type == event_type::fault_injecting)
      event.data["targets"] = Json::array({{{"role", "scheduler"}, {"node", "cp1"}, {"leads", true}}});
  }
  return record;
}

/// The leader of the controller managers dies, another takes over and works; the others lead on.
inline RunRecord failover_run() {
  RunRecord record = manager_killed();
  record.scenario.name = "controller-manager-leader-kill";
  record.scenario.slos.push_back(
      slo(SliRef::Kind::failover, component::controller_manager, "controller-manager.failover", 24s));
  record.scenario.slos.push_back(
      slo(SliRef::Kind::leader_works, component::controller_manager, "controller-manager.work", 30s));
  work(record, kManager, 17900ms, 18s);
  renew_lease(record, 1000, "cp3_c", 2, -9500ms, 29s, "kube-scheduler");
  for (Duration at = -9s; at < 29s; at += 1s) {
    for (const char* node : {"cp1", "cp2", "cp3"}) look_at_etcd(record, node, "cp2", 3, 5000 + at / 1s, at);
  }
  return record;
}

/// By the name of their golden files, which is the verdict unless golden_verdict says otherwise.
inline std::map<std::string, RunRecord> golden_runs() {
  std::map<std::string, RunRecord> runs;
  runs["pass"] = kill_run(900ms);
  runs["fail"] = kill_run(4s);
  runs["inconclusive"] = kill_run(1970ms);
  runs["aborted"] = kill_run(900ms);
  drop_events(runs["aborted"], event_type::run_finished);
  drop_events(runs["aborted"], event_type::heal_proven);
  add_event(runs["aborted"], kEnd + Duration(3s), event_type::interrupted, {{"signals", 1}});
  runs["error"] = kill_run(900ms);
  drop_events(runs["error"], event_type::fault_proven);
  add_event(runs["error"], kT0 + Duration(1s), event_type::fault_unproven,
            {{"step", "kill"},
             {"target", target()},
             {"reason", "process 1234 <kube-apiserver> is still alive & well\x1b[31m"}});
  runs["not-owed"] = quorum_run();
  runs["bounds"] = bounded_run();
  runs["failover"] = failover_run();
  return runs;
}

inline std::string golden_verdict(const std::string& name) {
  if (name == "bounds") return "error";  // one of its budgets has no bounds
  return name == "not-owed" || name == "failover" ? "pass" : name;
}

}  // namespace hadrill::test
