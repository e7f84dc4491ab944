// Owns what a topology file says: how a cluster is made. Reading it touches no cluster.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace hadrill {

/// The load balancer in front of the API servers.
enum class FrontDoor { kind, nginx, haproxy };
/// Where the members of etcd run.
enum class EtcdLayout {
  stacked,   ///< one on each control plane
  external,  ///< on nodes of their own
};
/// How controller manager and scheduler run.
enum class ControllerLayout { static_pods, daemon_sets };

std::string to_string(FrontDoor door);  ///< as in YAML

struct Blueprint {
  std::string name;
  std::string description;
  std::string cluster;  ///< name of kind's configuration
  FrontDoor front_door = FrontDoor::kind;
  EtcdLayout etcd = EtcdLayout::stacked;
  ControllerLayout controllers = ControllerLayout::static_pods;
  std::vector<std::string> workloads;  ///< names of scripts that are run when it is ready
  bool workload_image = false;         ///< whether hadrill's workload image is put on the workers
  /// NodePort of the workers that a load balancer of its own stands in front of.
  std::optional<std::uint16_t> balanced_node_port = std::nullopt;
  double memory_gib = 0;  ///< the machine has to have available
  double disk_gib = 0;    ///< the engine has to have free

  friend bool operator==(const Blueprint&, const Blueprint&) = default;
};

/// kind-configs/schema/topology.schema.json as it was when this library was built.
std::string_view topology_schema_text();

/// Parses and checks the text of a topology file; `file` is used in messages. Error: usage, as for scenarios: every
/// problem with its line and column. Never throws.
Result<Blueprint> read_blueprint(std::string_view text, const std::string& file);

/// The folder kind-configs, with what topologies are made of.
class BlueprintFolder {
 public:
  explicit BlueprintFolder(std::filesystem::path kind_configs) : folder_(std::move(kind_configs)) {}

  /// The topology called `name`. Error: usage for an unknown name (which says what there is) and for a broken file.
  Result<Blueprint> find(const std::string& name) const;
  /// kind's configuration of a blueprint; find() has seen that it is there.
  std::filesystem::path kind_config(const Blueprint& blueprint) const;
  /// The script of a workload; find() has seen that it is there.
  std::filesystem::path workload(const std::string& name) const { return folder_ / "workloads" / (name + ".sh"); }
  /// What makes a node a member of an external etcd (cluster/external_etcd.hpp).
  std::filesystem::path member_script() const { return folder_ / "clusters" / "external-etcd-member.sh"; }
  /// Configuration of a front door that is not kind's, to be filled in (cluster/front_door.hpp).
  std::filesystem::path front_door(FrontDoor door) const;
  /// Configuration of the load balancer in front of the workers, to be filled in (cluster/node_balancer.hpp).
  std::filesystem::path node_balancer() const { return folder_ / "node-balancer" / "nginx.conf"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace hadrill
