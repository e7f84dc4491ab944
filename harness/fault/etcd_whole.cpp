#include "fault/etcd_whole.hpp"

#include "cluster/conditions.hpp"
#include "cluster/readiness.hpp"

namespace hadrill {

Result<Json> prove_etcd_whole(Docker& docker, const Topology& topology, const Interrupt& interrupt) {
  const auto nodes = topology.with_role(NodeRole::control_plane);
  const auto statuses = read_etcd_statuses(docker, nodes, interrupt);
  const Condition whole = etcd_condition(nodes, statuses);
  if (!whole.holds()) return infrastructure_error("heal", "etcd: " + whole.reason);
  Json members = Json::array();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!statuses[i].ok()) continue;
    members.push_back({{"node", nodes[i].name},
                       {"member", statuses[i]->member_id},
                       {"leads", statuses[i]->member_id == statuses[i]->leader_id},
                       {"applied", statuses[i]->applied_index}});
  }
  return Json{{"members", std::move(members)}};
}

}  // namespace hadrill
