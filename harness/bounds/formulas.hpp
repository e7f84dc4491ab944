// Owns the parts of bound_of, one per pillar. Private to bounds/.
#pragma once

#include "bounds/bound.hpp"

namespace hadrill::bounds {

/// A bound without its inputs; what `reader` refused makes it meaningless.
struct Formula {
  Duration lower{};
  Duration upper{};
  std::string lower_text;
  std::string upper_text;
};

/// Notes kSlack as "s" among the inputs and returns it.
Duration note_slack(FlagReader& reader);

/// T_lb: until the load balancer sends no new connection to a backend any more.
enum class Backend {
  refuses,  ///< its port refuses
  is_red,   ///< its health check answers with another status, because its etcd is gone
  hangs,    ///< it accepts and never answers
};
Formula load_balancer(FlagReader& reader, Backend backend);

Formula etcd_election(FlagReader& reader);
Formula etcd_transfer(FlagReader& reader);
Formula etcd_leader_stops(FlagReader& reader);
Formula etcd_member_behind_lb(FlagReader& reader);
/// `succession`: until another member leads, for those that ask the other API servers; the later of the two counts.
Formula etcd_leader_behind_lb(FlagReader& reader, const Formula& succession);
Formula api_server_behind_lb(FlagReader& reader, Backend backend);
Formula api_server_stops(FlagReader& reader);
Formula api_server_cluster_ip(FlagReader& reader);
Formula control_plane_lost(FlagReader& reader);
/// `component`: of the controller manager or the scheduler.
Formula lease_runs_out(FlagReader& reader, const char* component);
Formula lease_is_released(FlagReader& reader, const char* component);
Formula node_not_ready(FlagReader& reader, const Loss& loss);
Formula node_without_runtime(FlagReader& reader, const Loss& loss);
Formula pods_removed(FlagReader& reader, const Loss& loss);
Formula worker_cluster_ip(FlagReader& reader, const Loss& loss);
Formula pods_replaced(FlagReader& reader, const Loss& loss);
Formula pod_ends(FlagReader& reader, const Loss& loss);
Formula pod_hangs(FlagReader& reader, const Loss& loss);
Formula pod_deleted(FlagReader& reader, const Loss& loss);
Formula pods_restart(FlagReader& reader, const Loss& loss);
/// `inside`: until no node hands a new connection to what is lost.
Formula behind_node_load_balancer(FlagReader& reader, const Formula& inside, const Loss& loss);

Formula worker_unreached_behind_lb(FlagReader& reader, const Loss& loss);

/// "v": from a container that may be made to one whose kubelet says that it runs.
Duration note_pod_start(FlagReader& reader);
/// "B": what kubelets of the component `kubelet` wait at most before they start a container that ended again.
Duration crash_back_off(FlagReader& reader, const char* kubelet);
/// "g": so often a kubelet looks whether containers have ended.
Duration note_relist(FlagReader& reader);
/// Parts of the formulas above. The time until what the API knows of a pod is in the endpoint slices, "u + k", and in
/// the rules of every node, "p".
Duration endpoints_written(FlagReader& reader);
Duration rules_written(FlagReader& reader);
/// Lets the last of several losses come later, " + x".
void allow_spread(FlagReader& reader, const Loss& loss, Formula& formula);
/// `kubelet`: component of those that start it again. `start`: what the process may need until it serves; no flag tells
/// it.
Formula redundancy_restored(FlagReader& reader, const char* kubelet, Duration start, const char* source);

}  // namespace hadrill::bounds
