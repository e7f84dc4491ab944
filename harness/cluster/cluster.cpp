#include "cluster/cluster.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "cluster/construction.hpp"
#include "cluster/machine.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// A cluster found running gets this long to show that it is ready before it is replaced.
constexpr auto kReuseTimeout = 20s;
/// The script has time-outs of its own; this is beyond all of them.
constexpr auto kSpreadTimeout = 5min;

}  // namespace

ClusterManager::ClusterManager(ClusterDoors doors)
    : doors_(std::move(doors)), docker_(doors_.runner), records_(doors_.folders.state) {}

Result<ClusterManager::Standing> ClusterManager::standing(const std::string& name, const Interrupt& interrupt) {
  Standing out;
  auto containers = docker_.cluster_containers(name, interrupt);
  if (!containers.ok()) return containers.error();
  auto record = records_.find(name);
  if (!record.ok()) return record.error();
  out.containers = std::move(*containers);
  out.record = std::move(*record);
  if (out.containers.empty()) {
    out.owner = Owner::nobody;
  } else if (!out.record) {
    out.owner = Owner::somebody_else;
  } else {
    const auto& ids = out.record->container_ids;
    const bool all_known = std::all_of(out.containers.begin(), out.containers.end(), [&](const Container& container) {
      return std::find(ids.begin(), ids.end(), container.id) != ids.end();
    });
    out.owner = ids.empty() || all_known ? Owner::us : Owner::somebody_else;
  }
  return out;
}

Result<ClusterManager::Preflight> ClusterManager::preflight(const std::string& name, const std::string& topology,
                                                            const Interrupt& interrupt) {
  auto engine = docker_.info(interrupt);
  if (!engine.ok()) return engine.error();
  auto blueprint = doors_.blueprints.find(topology);
  if (!blueprint.ok()) return blueprint.error();
  auto found = standing(name, interrupt);
  if (!found.ok()) return found.error();
  if (found->owner == Owner::somebody_else) {
    return usage_error(
        "cluster " + name,
        "a kind cluster of that name exists and is not ours: hadrill leaves it alone; choose another --cluster name");
  }
  if (found->owner == Owner::nobody) {
    if (const Status enough = fits(*blueprint, read_machine(*engine), engine->root_dir); !enough.ok())
      return enough.error();
  }
  return Preflight{std::move(*engine), std::move(*blueprint), std::move(*found)};
}

Result<LiveCluster> ClusterManager::up(const std::string& name, const std::string& topology, const fs::path& logs,
                                       const Interrupt& interrupt) {
  const auto before = preflight(name, topology, interrupt);
  if (!before.ok()) return before.error();
  auto reused = reuse(before->standing, topology, interrupt);
  if (!reused.ok()) return reused.error();
  if (*reused) return std::move(**reused);
  if (before->standing.record) {
    if (const Status gone = remove(name, before->standing); !gone.ok()) return gone.error();
    // Only now is free what the one before took: the preflight could not tell.
    const MachineFree machine = read_machine(before->engine);
    if (const Status enough = fits(before->blueprint, machine, before->engine.root_dir); !enough.ok())
      return enough.error();
  }
  auto made = make(name, *before, interrupt);
  if (!made.ok()) return with_logs(made.error(), name, logs, interrupt);
  return made;
}

Result<LiveCluster> ClusterManager::make(const std::string& name, const Preflight& before, const Interrupt& interrupt) {
  const auto prepared = read_prepared(doors_.folders.cache);
  if (!prepared.ok()) return prepared.error();
  ClusterRecord record{name, before.blueprint.name, prepared->node_image, {}, false};
  if (const Status written = records_.write(record); !written.ok()) return written.error();
  const bool overlayfs = before.engine.storage_driver == "fuse-overlayfs";
  auto made = Construction(doors_, docker_, records_, record, before.blueprint, *prepared, overlayfs).build(interrupt);
  if (!made.ok()) return made.error();
  // Not before everything is as the topology wants it: a cluster whose ids are not known is never used again.
  for (const Container& container : made->containers) record.container_ids.push_back(container.id);
  if (const Status written = records_.write(record); !written.ok()) return written.error();
  return std::move(made->cluster);
}

Result<std::optional<LiveCluster>> ClusterManager::reuse(const Standing& found, const std::string& topology,
                                                         const Interrupt& interrupt) {
  if (!found.record) return std::optional<LiveCluster>();
  const std::string& name = found.record->name;
  const bool whole = found.owner == Owner::us && !found.record->container_ids.empty() && !found.record->in_use;
  if (!whole) {
    doors_.progress(fmt::format("cluster {} was left behind by a run that did not end: removing it", name));
    return std::optional<LiveCluster>();
  }
  if (found.record->topology != topology) {
    doors_.progress(fmt::format("cluster {} has topology {}: replacing it", name, found.record->topology));
    return std::optional<LiveCluster>();
  }
  doors_.progress(fmt::format("cluster {} exists: checking that it is ready", name));
  auto live = connect(records_, *found.record, found.containers);
  const Status ready = live.ok() ? wait_ready(doors_, docker_, *live, kReuseTimeout, interrupt) : Status(live.error());
  if (ready.ok()) return std::optional(std::move(*live));
  if (interrupt.raised()) return interrupted_error("cluster " + name);
  const Error& error = ready.error();
  doors_.progress(fmt::format("cluster {} is not ready: {}; replacing it", name,
                              error.detail.empty() ? error.message : error.detail));
  return std::optional<LiveCluster>();
}

Status ClusterManager::spread_workloads(const LiveCluster& cluster, const Interrupt& interrupt) {
  const auto blueprint = doors_.blueprints.find(cluster.blueprint);
  if (!blueprint.ok()) return blueprint.error();
  if (blueprint->workloads.empty()) return Ok{};
  const auto script = read_file(doors_.blueprints.workload("spread"));
  if (!script.ok()) return script.error();
  const std::string node = cluster.topology.with_role(NodeRole::control_plane).front().name;
  const auto done = docker_.exec(node, {"bash", "-s"}, *script, kSpreadTimeout, interrupt);
  if (!done.ok()) return done.error();
  if (!done->out.empty()) doors_.progress("the workloads' pods were not spread over the workers: they are again");
  return Ok{};
}

Status ClusterManager::mark_in_use(const std::string& name, bool in_use) {
  auto record = records_.find(name);
  if (!record.ok()) return record.error();
  if (!*record) return usage_error("cluster " + name, "it is not ours");
  (*record)->in_use = in_use;
  return records_.write(**record);
}

Error ClusterManager::with_logs(Error error, const std::string& name, const fs::path& logs,
                                const Interrupt& interrupt) {
  const auto prepared = read_prepared(doors_.folders.cache);
  if (error.kind != ErrorKind::infrastructure || interrupt.raised() || !prepared.ok()) return error;
  doors_.progress(fmt::format("saving the nodes' logs to {}", logs.string()));
  const Status saved = Kind(doors_.runner, *prepared).export_logs(name, logs, interrupt);
  // kind fails when one node has nothing to give (its load balancer), having saved the others.
  if (!fs::exists(logs)) return error;
  error.detail += fmt::format("\nlogs of the nodes: {}", logs.string());
  if (!saved.ok()) error.detail += fmt::format("\n(not of all: {})", saved.error().message);
  return error;
}

Result<LiveCluster> ClusterManager::attach(const std::string& name, const Interrupt& interrupt) {
  const auto found = standing(name, interrupt);
  if (!found.ok()) return found.error();
  if (found->owner == Owner::nobody)
    return usage_error("cluster " + name, "there is none: bring it up with `hadrill cluster up`");
  if (found->owner == Owner::somebody_else)
    return usage_error("cluster " + name, "it is not ours: hadrill leaves it alone");
  if (found->record->in_use) {
    return usage_error(
        "cluster " + name,
        "a run on it did not end and may have left something broken: replace it with `hadrill cluster up`");
  }
  auto live = connect(records_, *found->record, found->containers);
  if (!live.ok()) return live;
  const auto prepared = read_prepared(doors_.folders.cache);
  if (!prepared.ok()) return prepared.error();
  const auto client = doors_.make_client(live->identity);
  if (const Status services = read_services(*client, live->topology, interrupt); !services.ok())
    return services.error();
  Kind kind(doors_.runner, *prepared);
  auto environment = read_environment(docker_, kind, *client, *prepared, live->topology, interrupt);
  if (!environment.ok()) return environment.error();
  live->environment = std::move(*environment);
  note_front_door(*found, *live);
  return live;
}

/// Which load balancer it really is, where set-up's was exchanged.
void ClusterManager::note_front_door(const Standing& standing, LiveCluster& cluster) const {
  const auto blueprint = doors_.blueprints.find(cluster.blueprint);
  const Node* balancer = cluster.topology.load_balancer();
  if (!blueprint.ok() || blueprint->front_door == FrontDoor::kind || balancer == nullptr) return;
  for (const Container& container : standing.containers) {
    if (container.id != balancer->container_id) continue;
    cluster.environment["images"]["loadBalancer"] = json_text(container.inspect, "/Config/Image");
    cluster.environment["images"]["loadBalancerKind"] = to_string(blueprint->front_door);
  }
}

Status ClusterManager::down(const std::string& name) {
  const auto found = standing(name, Interrupt::never());
  if (!found.ok()) return found.error();
  return remove(name, *found);
}

bool ClusterManager::recorded(const std::string& name) const {
  const auto record = records_.find(name);
  return !record.ok() || record->has_value();
}

Status ClusterManager::remove(const std::string& name, const Standing& found) {
  if (found.owner == Owner::somebody_else)
    return usage_error("cluster " + name, "it is not ours: hadrill leaves it alone");
  if (!found.record) return Ok{};
  std::vector<std::string> ids;
  for (const Container& container : found.containers) ids.push_back(container.id);
  const auto cleanup_error = [&](const Error& error) {
    return Error{ErrorKind::cleanup, "removing cluster " + name, error.message, error.detail};
  };
  if (const Status gone = docker_.remove_containers(ids, Interrupt::never()); !gone.ok())
    return cleanup_error(gone.error());
  if (const Status gone = docker_.remove_own_network(kClusterNetwork, Interrupt::never()); !gone.ok())
    return cleanup_error(gone.error());
  if (const Status gone = records_.remove(name); !gone.ok()) return cleanup_error(gone.error());
  return Ok{};
}

Result<std::optional<Check>> ClusterManager::status(const std::string& name, const Interrupt& interrupt) {
  const auto found = standing(name, interrupt);
  if (!found.ok()) return found.error();
  if (found->owner == Owner::nobody) return std::optional<Check>();
  if (found->owner == Owner::somebody_else) return usage_error("cluster " + name, "it is not ours");
  const auto live = connect(records_, *found->record, found->containers);
  if (!live.ok()) return live.error();
  const auto client = doors_.make_client(live->identity);
  return std::optional(Readiness(docker_, *client, doors_.clock, live->topology).check(interrupt));
}

}  // namespace hadrill
