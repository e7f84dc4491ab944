// Owns the list of what the agent can break: one file each beside this one.
#pragma once

#include "agent/effect.hpp"

namespace hadrill::agent {

const Effect& process_kill();
const Effect& process_pause();
const Effect& container_freeze();
const Effect& static_pod_remove();
const Effect& unit_stop();
const Effect& network_rules();
const Effect& network_delay();
const Effect& network_bandwidth();
const Effect& disk_full();
const Effect& disk_lose();
const Effect& disk_slow();
const Effect& cpu_stress();
const Effect& etcd_move_leader();
const Effect& etcd_member_remove();
const Effect& etcd_member_replace();
const Effect& etcd_restore_folder();
const Effect& etcd_restore();
const Effect& watchers_renew();
const Effect& file_replace();

/// Worker of process_kill: kills every successor.
int run_hold(const Json& undo, int report);
/// Worker of network_delay without netem: holds packets and lets them go later.
int run_delay(const Json& parameters, int report);
/// Worker of disk_full: serves the file system between etcd and its disk.
int run_passage(const Json& parameters, int report);
/// Worker of cpu_stress: burns CPU time inside the group that it was put into.
int run_stress(const Json& undo, int report);

}  // namespace hadrill::agent
