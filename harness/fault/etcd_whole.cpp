#include "fault/etcd_whole.hpp"

#include <set>

#include "cluster/conditions.hpp"
#include "cluster/readiness.hpp"

namespace hadrill {

Result<Json> prove_etcd_whole(Docker& docker, const Topology& topology, const Interrupt& interrupt) {
  const auto nodes = topology.etcd_nodes();
  const auto statuses = read_etcd_statuses(docker, nodes, interrupt);
  const Condition whole = etcd_condition(nodes, statuses);
  if (!whole.holds()) return infrastructure_error("heal", "etcd: " + whole.reason);
  Json members = Json::array();
  std::set<std::string> clusters;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!statuses[i].ok()) continue;
    clusters.insert(statuses[i]->cluster_id);
    members.push_back({{"node", nodes[i].name},
                       {"member", statuses[i]->member_id},
                       {"leads", statuses[i]->member_id == statuses[i]->leader_id},
                       {"applied", statuses[i]->applied_index}});
  }
  if (clusters.size() != 1) return infrastructure_error("heal", "etcd: members serve different histories");
  return Json{{"members", std::move(members)}, {"cluster", *clusters.begin()}};
}

}  // namespace hadrill
