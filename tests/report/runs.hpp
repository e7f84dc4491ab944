// The stories that reports are tested with.
#pragma once

#include <map>

#include "check/history.hpp"

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

/// By the name of their golden files.
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
  return runs;
}

}  // namespace hadrill::test
