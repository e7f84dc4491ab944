// Owns the list of faults: one file each beside this one. Each function makes one.
#pragma once

#include <memory>

#include "fault/agents.hpp"
#include "fault/fault.hpp"
#include "fault/guard.hpp"
#include "fault/host_journal.hpp"

namespace hadrill {

/// The doors that faults work through; all must outlive them.
struct FaultDoors {
  Agents& agents;
  Docker& docker;
  const Topology& topology;
  HostJournal& journal;  ///< of the faults made through the engine
  Guard& guard;          ///< undoes those when we die
  /// The node on which hadrill's own pod stays for the run, because probers look from it; "": there is none.
  std::string own_pod_node = {};
};

std::unique_ptr<Fault> make_process_kill(const FaultDoors& doors);
std::unique_ptr<Fault> make_process_pause(const FaultDoors& doors);
std::unique_ptr<Fault> make_container_freeze(const FaultDoors& doors);
std::unique_ptr<Fault> make_static_pod_remove(const FaultDoors& doors);
std::unique_ptr<Fault> make_kubelet_stop(const FaultDoors& doors);
std::unique_ptr<Fault> make_containerd_stop(const FaultDoors& doors);
std::unique_ptr<Fault> make_network_partition(const FaultDoors& doors);
std::unique_ptr<Fault> make_network_loss(const FaultDoors& doors);
std::unique_ptr<Fault> make_network_delay(const FaultDoors& doors);
std::unique_ptr<Fault> make_network_bandwidth(const FaultDoors& doors);
std::unique_ptr<Fault> make_lb_blackhole(const FaultDoors& doors);
std::unique_ptr<Fault> make_lb_reload(const FaultDoors& doors);
std::unique_ptr<Fault> make_node_kill(const FaultDoors& doors);
std::unique_ptr<Fault> make_node_pause(const FaultDoors& doors);
std::unique_ptr<Fault> make_node_reboot(const FaultDoors& doors);
std::unique_ptr<Fault> make_lb_kill(const FaultDoors& doors);
std::unique_ptr<Fault> make_lb_pause(const FaultDoors& doors);
std::unique_ptr<Fault> make_etcd_move_leader(const FaultDoors& doors);
std::unique_ptr<Fault> make_etcd_member_remove(const FaultDoors& doors);
std::unique_ptr<Fault> make_etcd_member_replace(const FaultDoors& doors);
std::unique_ptr<Fault> make_etcd_snapshot_restore(const FaultDoors& doors);
std::unique_ptr<Fault> make_certificate_expire(const FaultDoors& doors);
std::unique_ptr<Fault> make_cpu_stress(const FaultDoors& doors);
std::unique_ptr<Fault> make_disk_full(const FaultDoors& doors);
std::unique_ptr<Fault> make_disk_lose(const FaultDoors& doors);
std::unique_ptr<Fault> make_disk_slow(const FaultDoors& doors);
std::unique_ptr<Fault> make_workload_restart(const FaultDoors& doors);
std::unique_ptr<Fault> make_node_drain(const FaultDoors& doors);
std::unique_ptr<Fault> make_pod_delete(const FaultDoors& doors);

}  // namespace hadrill
