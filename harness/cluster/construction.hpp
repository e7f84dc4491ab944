// Owns the making of a cluster by its blueprint: what has to be there before kind, what kind makes, what is changed
// after it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cluster/live_cluster.hpp"

namespace hadrill {

/// The network of the engine that kind uses.
inline constexpr const char* kClusterNetwork = "kind";

/// A cluster that is ready and as its blueprint wants it.
struct Constructed {
  LiveCluster cluster;
  std::vector<Container> containers;
};

/// One cluster being made. The record has to be written before, without ids.
class Construction {
 public:
  /// Everything given by reference must outlive it. `overlayfs`: nodes need the overlayfs snapshotter.
  Construction(const ClusterDoors& doors, Docker& docker, const ClusterRecords& records, const ClusterRecord& record,
               const Blueprint& blueprint, Prepared prepared, bool overlayfs)
      : doors_(doors),
        docker_(docker),
        records_(records),
        record_(record),
        name_(record.name),
        blueprint_(blueprint),
        prepared_(std::move(prepared)),
        overlayfs_(overlayfs) {}

  /// Error: infrastructure or interrupted; what was made by then stays, for its logs.
  Result<Constructed> build(const Interrupt& interrupt);

 private:
  /// What kind makes of it.
  Result<std::vector<Container>> create(const Interrupt& interrupt);
  /// kind's configuration; with an external etcd, that is made first, and filled in.
  Result<std::filesystem::path> prepare_config(const Interrupt& interrupt);
  /// Exchanges the load balancer, if the blueprint wants another one.
  Status put_front_door(std::vector<Container>& containers, const Interrupt& interrupt);
  /// Makes the load balancer in front of the workers, if the blueprint wants one.
  Status put_node_balancer(std::vector<Container>& containers, const Interrupt& interrupt);
  /// Puts hadrill's own images on the workers, if the blueprint wants that.
  Status load_images(const LiveCluster& cluster, const Interrupt& interrupt);
  /// Moves controller manager and scheduler to DaemonSets, if the blueprint wants that.
  Status move_controllers(const LiveCluster& cluster, const Interrupt& interrupt);
  /// Runs the scripts of the blueprint's workloads.
  Status start_workloads(const LiveCluster& cluster, const Interrupt& interrupt);

  const ClusterDoors& doors_;
  Docker& docker_;
  const ClusterRecords& records_;
  const ClusterRecord& record_;
  const std::string& name_;
  const Blueprint& blueprint_;
  Prepared prepared_;
  bool overlayfs_;
};

}  // namespace hadrill
