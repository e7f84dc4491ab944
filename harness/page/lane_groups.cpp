#include <fmt/format.h>

#include <algorithm>

#include "page/event_lanes.hpp"
#include "page/merged_lane.hpp"
#include "page/timeline_data.hpp"
#include "report/facts.hpp"

namespace hadrill {
namespace {

/// The group that a prober's lane belongs to.
const char* group_of(const ProberInfo& prober) {
  if (prober.user_facing()) return "Users";
  if (prober.through == probe_path::each_api_server) return "API servers";
  if (prober.through == probe_path::each_etcd_member) return "etcd";
  if (prober.through == probe_path::controllers) return "Controllers";
  if (prober.through == probe_path::each_node_port) return "Nodes";
  if (prober.through == probe_path::each_pod) return "Pods";
  return "Harness";
}

/// Who answers is told for each way in by itself: what one way has noticed another may not have.
const char* group_of_servers(const std::string& through) {
  if (through == probe_path::load_balancer) return "Load balancer backends";
  if (through == probe_path::cluster_ip) return "Backends of kubernetes.default";
  return through == probe_path::service ? "Pods that answer through the ClusterIP"
                                        : "Pods that answer through the node load balancer";
}

class Groups {
 public:
  /// Names in the order of the page; those without a lane are left out of it.
  explicit Groups(std::initializer_list<const char*> names) {
    for (const char* name : names) groups_.push_back({name, {}, ""});
  }

  void add(const std::string& group, Lane lane) { of(group).lanes.push_back(std::move(lane)); }
  void add(const std::string& group, std::vector<Lane> lanes) {
    for (Lane& lane : lanes) add(group, std::move(lane));
  }

  std::vector<LaneGroup> finish() {
    std::erase_if(groups_, [](const LaneGroup& group) { return group.lanes.empty(); });
    for (LaneGroup& group : groups_) cut(group);
    return std::move(groups_);
  }

 private:
  LaneGroup& of(const std::string& name) {
    return *std::find_if(groups_.begin(), groups_.end() - 1,
                         [&name](const LaneGroup& group) { return group.name == name; });
  }

  static void cut(LaneGroup& group) {
    if (group.lanes.size() <= kMostLanes) return;
    // Those with the most to tell stay.
    std::vector<std::size_t> sizes;
    for (const Lane& lane : group.lanes) sizes.push_back(lane.stretches.size());
    std::nth_element(sizes.begin(), sizes.begin() + kMostLanes, sizes.end(), std::greater<>());
    const std::size_t least = sizes[kMostLanes];
    const std::size_t all = group.lanes.size();
    std::erase_if(group.lanes, [least](const Lane& lane) { return lane.stretches.size() < least; });
    group.lanes.resize(std::min(group.lanes.size(), kMostLanes));
    group.note = fmt::format("{} of {} lanes: those with the most changes", group.lanes.size(), all);
  }

  std::vector<LaneGroup> groups_;
};

/// What the SLI `api` is about: everybody who comes through the load balancer.
std::vector<Lane> merged_users(const Verdict& verdict, const SampleSketch& sketch) {
  if (!verdict.api) return {};
  std::vector<const Lane*> merged;
  for (std::size_t i = 0; i < sketch.probers.size() && i < verdict.probers.size(); ++i) {
    if (verdict.probers[i].prober.through_load_balancer()) merged.push_back(&sketch.probers[i].lane);
  }
  Lane lane = merge_lanes(kApiRow, merged);
  tell_outages(lane, *verdict.api);
  return {std::move(lane)};
}

}  // namespace

std::vector<LaneGroup> lane_groups(const RunContext& run, const Verdict& verdict, const Axis& axis,
                                   const SampleSketch& sketch) {
  Groups groups{"Fault",
                "Users",
                "API servers",
                "etcd",
                "Leases",
                "Controllers",
                "Load balancer backends",
                "Backends of kubernetes.default",
                "Nodes",
                "Service endpoints",
                "Pods",
                "Pods that answer through the node load balancer",
                "Pods that answer through the ClusterIP",
                "Redundancy",
                "Harness"};
  groups.add("Fault", fault_lanes(run, axis));
  groups.add("Users", merged_users(verdict, sketch));
  for (std::size_t i = 0; i < sketch.probers.size() && i < verdict.probers.size(); ++i)
    groups.add(group_of(verdict.probers[i].prober), sketch.probers[i].lane);
  for (const LeadershipResult& result : verdict.leadership)
    groups.add(result.component == component::etcd ? "etcd" : "Leases", reign_lane(result, axis));
  groups.add("etcd", etcd_member_lanes(run));
  for (const ServerSketch& server : sketch.servers) groups.add(group_of_servers(server.through), server.lane);
  groups.add("Nodes", node_lanes(run, axis));
  groups.add("Service endpoints", endpoint_lanes(run, axis));
  groups.add("Pods", pod_lanes(run, axis));
  groups.add("Redundancy", redundancy_lanes(run));
  if (!sketch.punctuality.stretches.empty()) groups.add("Harness", sketch.punctuality);
  return groups.finish();
}

}  // namespace hadrill
