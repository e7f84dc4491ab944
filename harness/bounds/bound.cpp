#include "bounds/bound.hpp"

#include "bounds/formulas.hpp"

namespace hadrill::bounds {
namespace {

using namespace std::chrono_literals;

/// Hard limits of the default budgets S9 and S4: start, replay and readiness on a machine of two CPUs.
constexpr Duration kApiServerStart = 120s;
constexpr Duration kEtcdStart = 90s;

/// Members that are not on control planes have kubelets of their own.
const char* kubelet_of_etcd(const FlagReader& reader) {
  return reader.met(component::member_kubelet) ? component::member_kubelet : component::kubelet;
}

Formula formula_of(Failover failover, FlagReader& reader, const Loss& loss) {
  switch (failover) {
    case Failover::etcd_election:
      return etcd_election(reader);
    case Failover::etcd_transfer:
      return etcd_transfer(reader);
    case Failover::etcd_leader_stops:
      return etcd_leader_stops(reader);
    case Failover::etcd_member_behind_lb:
      return etcd_member_behind_lb(reader);
    case Failover::etcd_leader_behind_lb:
      return etcd_leader_behind_lb(reader, etcd_election(reader));
    case Failover::etcd_leader_stops_behind_lb:
      return etcd_leader_behind_lb(reader, etcd_leader_stops(reader));
    case Failover::api_server_refuses:
      return api_server_behind_lb(reader, Backend::refuses);
    case Failover::api_server_hangs:
      return api_server_behind_lb(reader, Backend::hangs);
    case Failover::api_server_stops:
      return api_server_stops(reader);
    case Failover::api_server_cluster_ip:
      return api_server_cluster_ip(reader);
    case Failover::controller_manager_crash:
      return lease_runs_out(reader, component::controller_manager);
    case Failover::controller_manager_release:
      return lease_is_released(reader, component::controller_manager);
    case Failover::scheduler_crash:
      return lease_runs_out(reader, component::scheduler);
    case Failover::scheduler_release:
      return lease_is_released(reader, component::scheduler);
    case Failover::control_plane_lost:
      return control_plane_lost(reader);
    case Failover::node_not_ready:
      return node_not_ready(reader, loss);
    case Failover::node_without_runtime:
      return node_without_runtime(reader, loss);
    case Failover::pods_removed:
      return pods_removed(reader, loss);
    case Failover::worker_cluster_ip:
      return worker_cluster_ip(reader, loss);
    case Failover::worker_behind_lb:
      return behind_node_load_balancer(reader, worker_cluster_ip(reader, loss), loss);
    case Failover::worker_unreached_behind_lb:
      return worker_unreached_behind_lb(reader, loss);
    case Failover::pods_replaced:
      return pods_replaced(reader, loss);
    case Failover::pod_ends:
      return pod_ends(reader, loss);
    case Failover::pod_ends_behind_lb:
      return behind_node_load_balancer(reader, pod_ends(reader, loss), loss);
    case Failover::pod_hangs:
      return pod_hangs(reader, loss);
    case Failover::pod_hangs_behind_lb:
      return behind_node_load_balancer(reader, pod_hangs(reader, loss), loss);
    case Failover::pod_deleted:
      return pod_deleted(reader, loss);
    case Failover::pod_deleted_behind_lb:
      return behind_node_load_balancer(reader, pod_deleted(reader, loss), loss);
    case Failover::pods_restart:
      return pods_restart(reader, loss);
    case Failover::pods_restart_behind_lb:
      return behind_node_load_balancer(reader, pods_restart(reader, loss), loss);
    case Failover::api_server_restored:
      return redundancy_restored(reader, component::kubelet, kApiServerStart, "hard limit of budget S9");
    case Failover::etcd_restored:
      return redundancy_restored(reader, kubelet_of_etcd(reader), kEtcdStart, "hard limit of budget S4");
  }
  reader.refuse("no such failover");
  return {};
}

}  // namespace

Duration note_slack(FlagReader& reader) {
  return reader.note("s", "slack: the request that sees it, and measuring", kSlack, Origin::allowance,
                     "default budgets");
}

Result<Bound> bound_of(Failover failover, const ClusterFlags& flags, const Loss& loss) {
  FlagReader reader(flags);
  Formula formula = formula_of(failover, reader, loss);
  if (const auto trouble = reader.trouble()) return *trouble;
  return Bound{
      failover,       formula.lower, formula.upper, std::move(formula.lower_text), std::move(formula.upper_text),
      reader.inputs()};
}

}  // namespace hadrill::bounds
