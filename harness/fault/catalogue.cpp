#include "fault/catalogue.hpp"

#include <array>

namespace hadrill {
namespace {

struct Entry {
  const char* name;
  std::unique_ptr<Fault> (*make)(const FaultDoors& doors);
};

constexpr std::array kFaults{
    Entry{"process.kill", make_process_kill},
    Entry{"process.pause", make_process_pause},
    Entry{"container.freeze", make_container_freeze},
    Entry{"static-pod.remove", make_static_pod_remove},
    Entry{"kubelet.stop", make_kubelet_stop},
    Entry{"containerd.stop", make_containerd_stop},
    Entry{"node.kill", make_node_kill},
    Entry{"node.pause", make_node_pause},
    Entry{"node.reboot", make_node_reboot},
    Entry{"network.partition", make_network_partition},
    Entry{"network.loss", make_network_loss},
    Entry{"network.delay", make_network_delay},
    Entry{"network.bandwidth", make_network_bandwidth},
    Entry{"lb.kill", make_lb_kill},
    Entry{"lb.pause", make_lb_pause},
    Entry{"lb.blackhole", make_lb_blackhole},
    Entry{"lb.reload", make_lb_reload},
    Entry{"disk.full", make_disk_full},
    Entry{"disk.slow", make_disk_slow},
    Entry{"disk.lose", make_disk_lose},
    Entry{"cpu.stress", make_cpu_stress},
    Entry{"etcd.move-leader", make_etcd_move_leader},
    Entry{"etcd.member-remove", make_etcd_member_remove},
    Entry{"etcd.member-replace", make_etcd_member_replace},
    Entry{"etcd.snapshot-restore", make_etcd_snapshot_restore},
    Entry{"certificate.expire", make_certificate_expire},
    Entry{"workload.restart", make_workload_restart},
    Entry{"node.drain", make_node_drain},
    Entry{"pod.delete", make_pod_delete},
};

}  // namespace

std::vector<std::string> fault_names() {
  std::vector<std::string> names;
  for (const Entry& entry : kFaults) names.emplace_back(entry.name);
  return names;
}

Catalogue::Catalogue(const FaultDoors& doors) {
  for (const Entry& entry : kFaults) faults_.emplace(entry.name, entry.make(doors));
}

Fault* Catalogue::find(const std::string& name) const {
  const auto found = faults_.find(name);
  return found == faults_.end() ? nullptr : found->second.get();
}

}  // namespace hadrill
