#include "agent/effects/effects.hpp"
#include "agent/worker.hpp"

namespace hadrill::agent {

const std::vector<const Effect*>& all_effects() {
  static const std::vector<const Effect*> effects{&process_kill(),       &process_pause(),       &container_freeze(),
                                                  &static_pod_remove(),  &unit_stop(),           &network_rules(),
                                                  &network_delay(),      &network_bandwidth(),   &disk_full(),
                                                  &disk_slow(),          &cpu_stress(),          &etcd_move_leader(),
                                                  &etcd_member_remove(), &etcd_member_replace(), &etcd_restore_folder(),
                                                  &etcd_restore(),       &watchers_renew(),      &file_replace(),
                                                  &disk_lose()};
  return effects;
}

const std::vector<WorkerKind>& worker_kinds() {
  static const std::vector<WorkerKind> kinds{
      {"hold", run_hold}, {"delay", run_delay}, {"passage", run_passage}, {"stress", run_stress}};
  return kinds;
}

}  // namespace hadrill::agent
