#include "cluster/construction.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"
#include "base/file.hpp"
#include "cluster/daemon_sets.hpp"
#include "cluster/environment.hpp"
#include "cluster/external_etcd.hpp"
#include "cluster/front_door.hpp"
#include "cluster/kind.hpp"
#include "cluster/node_balancer.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// The fixed subnet keeps node addresses the same over a restart (kind#1689).
constexpr const char* kSubnet = "172.30.0.0/16";
constexpr const char* kRange = "172.30.1.0/24";
/// From `kind create` done to every condition holding; 40 s were measured on 2 cores.
constexpr auto kReadyTimeout = 4min;
/// The scripts have time-outs of their own; this is beyond all of them.
constexpr auto kWorkloadTimeout = 6min;

}  // namespace

Result<Constructed> Construction::build(const Interrupt& interrupt) {
  const bool wants_nginx = blueprint_.front_door != FrontDoor::kind || blueprint_.balanced_node_port;
  if (wants_nginx && prepared_.front_door_image.empty())
    return infrastructure_error("load balancer", std::string("set-up made no image for it: ") + kHowToPrepare);
  auto containers = create(interrupt);
  if (!containers.ok()) return containers.error();
  if (const Status put = put_front_door(*containers, interrupt); !put.ok()) return put.error();
  auto live = connect(records_, record_, *containers);
  if (!live.ok()) return live.error();
  if (const Status ready = wait_ready(doors_, docker_, *live, kReadyTimeout, interrupt); !ready.ok())
    return ready.error();
  if (const Status moved = move_controllers(*live, interrupt); !moved.ok()) return moved.error();
  if (const Status loaded = load_images(*live, interrupt); !loaded.ok()) return loaded.error();
  if (const Status started = start_workloads(*live, interrupt); !started.ok()) return started.error();
  // The last of all: it answers only when there is somebody behind it, and a cluster is not ready before it does.
  if (const Status put = put_node_balancer(*containers, interrupt); !put.ok()) return put.error();
  live = connect(records_, record_, *containers);
  if (!live.ok()) return live.error();
  return Constructed{std::move(*live), std::move(*containers)};
}

Status Construction::put_front_door(std::vector<Container>& containers, const Interrupt& interrupt) {
  if (blueprint_.front_door == FrontDoor::kind) return Ok{};
  doors_.progress(fmt::format("cluster {}: {} in front of the API servers", name_, to_string(blueprint_.front_door)));
  const auto topology = read_topology(name_, containers);
  if (!topology.ok()) return topology.error();
  const FrontDoorPlan plan{blueprint_.front_door, prepared_.front_door_image,
                           doors_.blueprints.front_door(blueprint_.front_door), records_.folder(name_) / "front-door"};
  if (const Status put = replace_front_door(docker_, plan, *topology, containers, interrupt); !put.ok()) return put;
  auto exchanged = docker_.cluster_containers(name_, interrupt);
  if (!exchanged.ok()) return exchanged.error();
  containers = std::move(*exchanged);
  return Ok{};
}

Status Construction::put_node_balancer(std::vector<Container>& containers, const Interrupt& interrupt) {
  if (!blueprint_.balanced_node_port) return Ok{};
  doors_.progress(fmt::format("cluster {}: nginx in front of the workers", name_));
  const auto topology = read_topology(name_, containers);
  if (!topology.ok()) return topology.error();
  const auto published = free_port();
  if (!published.ok()) return published.error();
  const NodeBalancerPlan plan{*blueprint_.balanced_node_port,
                              prepared_.front_door_image,
                              kClusterNetwork,
                              doors_.blueprints.node_balancer(),
                              records_.folder(name_) / "node-balancer",
                              *published};
  if (const Status made = make_node_balancer(docker_, plan, *topology, interrupt); !made.ok()) return made;
  auto with_it = docker_.cluster_containers(name_, interrupt);
  if (!with_it.ok()) return with_it.error();
  containers = std::move(*with_it);
  return Ok{};
}

Status Construction::load_images(const LiveCluster& cluster, const Interrupt& interrupt) {
  if (!blueprint_.workload_image) return Ok{};
  doors_.progress(fmt::format("cluster {}: the workload's image on the workers", name_));
  std::vector<std::string> workers;
  for (const Node& node : cluster.topology.with_role(NodeRole::worker)) workers.push_back(node.name);
  return Kind(doors_.runner, prepared_).load_image(name_, doors_.workload_image, workers, interrupt);
}

Status Construction::move_controllers(const LiveCluster& cluster, const Interrupt& interrupt) {
  if (blueprint_.controllers == ControllerLayout::static_pods) return Ok{};
  doors_.progress(fmt::format("cluster {}: controller manager and scheduler become DaemonSets", name_));
  const auto client = doors_.make_client(cluster.identity);
  if (const Status moved = move_to_daemon_sets({docker_, *client, doors_.clock}, cluster.topology, interrupt);
      !moved.ok())
    return moved;
  return wait_ready(doors_, docker_, cluster, kReadyTimeout, interrupt);
}

Status Construction::start_workloads(const LiveCluster& cluster, const Interrupt& interrupt) {
  const std::string node = cluster.topology.with_role(NodeRole::control_plane).front().name;
  for (const std::string& name : blueprint_.workloads) {
    doors_.progress(fmt::format("cluster {}: workload {}", cluster.topology.cluster, name));
    const auto script = read_file(doors_.blueprints.workload(name));
    if (!script.ok()) return script.error();
    const auto done = docker_.exec(node, {"bash", "-s"}, *script, kWorkloadTimeout, interrupt);
    if (!done.ok()) return done.error();
  }
  return Ok{};
}

Result<std::vector<Container>> Construction::create(const Interrupt& interrupt) {
  if (const Status network = docker_.ensure_network(kClusterNetwork, kSubnet, kRange, interrupt); !network.ok())
    return network.error();
  Kind kind(doors_.runner, prepared_);
  const Instant started = doors_.clock.now();
  const auto on_step = [&](const std::string& step) {
    doors_.progress(
        fmt::format("cluster {}: {} ({} so far)", name_, step, format_seconds(doors_.clock.now() - started, 0)));
  };
  doors_.progress(
      fmt::format("creating cluster {} (about 2 min): {}, {}", name_, blueprint_.name, prepared_.node_image));
  const auto config = prepare_config(interrupt);
  if (!config.ok()) return config.error();
  const Kind::Creation creation{name_, *config, records_.kubeconfig(name_), overlayfs_};
  if (const Status created = kind.create(creation, on_step, interrupt); !created.ok()) return created.error();
  return docker_.cluster_containers(name_, interrupt);
}

Result<fs::path> Construction::prepare_config(const Interrupt& interrupt) {
  const fs::path config = doors_.blueprints.kind_config(blueprint_);
  if (blueprint_.etcd == EtcdLayout::stacked) return config;
  doors_.progress(fmt::format("cluster {}: etcd on nodes of its own", name_));
  const fs::path pki = records_.folder(name_) / "etcd-pki";
  const ExternalEtcdPlan plan{
      name_, prepared_.node_image, kClusterNetwork, overlayfs_, doors_.blueprints.member_script(), pki};
  const auto members = make_external_etcd(docker_, doors_.clock, plan, interrupt);
  if (!members.ok()) return members.error();
  const auto text = read_file(config);
  if (!text.ok()) return text.error();
  const fs::path filled = records_.folder(name_) / "kind.yaml";
  const Status written = write_file(filled, external_etcd_config(*text, pki, *members));
  if (!written.ok()) return written.error();
  return filled;
}

}  // namespace hadrill
