#include "cluster/cluster.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>

#include "base/duration.hpp"
#include "base/file.hpp"
#include "kube/kubeconfig.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// kind's network. The fixed subnet keeps node addresses the same over a restart (kind#1689).
constexpr const char* kNetwork = "kind";
constexpr const char* kSubnet = "172.30.0.0/16";
constexpr const char* kRange = "172.30.1.0/24";
/// From `kind create` done to every condition holding; 40 s were measured on 2 cores.
constexpr auto kReadyTimeout = 4min;
/// A cluster found running gets this long to show that it is ready before it is replaced.
constexpr auto kReuseTimeout = 20s;
constexpr auto kCheckInterval = 1s;
constexpr auto kProgressInterval = 10s;
/// Six containers with a volume each: images are unpacked once per node.
constexpr std::uint64_t kDiskNeededGib = 6;

Status enough_disk(const std::string& root_dir) {
  struct statvfs info {};
  if (statvfs(root_dir.c_str(), &info) != 0) return Ok{};  // a remote engine: its disk is not ours to look at
  const std::uint64_t free_gib = info.f_bavail * info.f_frsize / (1024ULL * 1024 * 1024);
  if (free_gib >= kDiskNeededGib) return Ok{};
  return infrastructure_error(
      "disk", fmt::format("a cluster needs {} GiB free at {}, there are {}", kDiskNeededGib, root_dir, free_gib));
}

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
  if (!fs::exists(doors_.topologies / (topology + ".yaml"))) {
    return usage_error("topology", fmt::format("no topology \"{}\" in {}", topology, doors_.topologies.string()));
  }
  auto found = standing(name, interrupt);
  if (!found.ok()) return found.error();
  if (found->owner == Owner::somebody_else) {
    return usage_error(
        "cluster " + name,
        "a kind cluster of that name exists and is not ours: hadrill leaves it alone; choose another --cluster name");
  }
  if (found->owner == Owner::nobody) {
    if (const Status enough = enough_disk(engine->root_dir); !enough.ok()) return enough.error();
  }
  return Preflight{std::move(*engine), std::move(*found)};
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
  }
  const auto made = create(name, topology, before->engine, interrupt);
  if (!made.ok()) return with_logs(made.error(), name, logs, interrupt);
  auto live = connect(*made);
  if (!live.ok()) return live;
  if (const Status ready = wait_ready(name, *live, kReadyTimeout, interrupt); !ready.ok())
    return with_logs(ready.error(), name, logs, interrupt);
  return live;
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
  auto live = connect(found);
  if (live.ok() && wait_ready(name, *live, kReuseTimeout, interrupt).ok()) return std::optional(std::move(*live));
  if (interrupt.raised()) return interrupted_error("cluster " + name);
  doors_.progress(fmt::format("cluster {} is not ready: replacing it", name));
  return std::optional<LiveCluster>();
}

Result<ClusterManager::Standing> ClusterManager::create(const std::string& name, const std::string& topology,
                                                        const EngineInfo& engine, const Interrupt& interrupt) {
  const auto prepared = read_prepared(doors_.folders.cache);
  if (!prepared.ok()) return prepared.error();
  ClusterRecord record{name, topology, prepared->node_image, {}, false};
  if (const Status written = records_.write(record); !written.ok()) return written.error();
  if (const Status network = docker_.ensure_network(kNetwork, kSubnet, kRange, interrupt); !network.ok())
    return network.error();
  Kind kind(doors_.runner, *prepared);
  const Instant started = doors_.clock.now();
  const auto on_step = [&](const std::string& step) {
    doors_.progress(
        fmt::format("cluster {}: {} ({} so far)", name, step, format_seconds(doors_.clock.now() - started, 0)));
  };
  doors_.progress(fmt::format("creating cluster {} (about 2 min): {}, {}", name, topology, prepared->node_image));
  const Kind::Creation creation{name, doors_.topologies / (topology + ".yaml"), records_.kubeconfig(name),
                                engine.storage_driver == "fuse-overlayfs"};
  if (const Status created = kind.create(creation, on_step, interrupt); !created.ok()) return created.error();
  auto containers = docker_.cluster_containers(name, interrupt);
  if (!containers.ok()) return containers.error();
  for (const Container& container : *containers) record.container_ids.push_back(container.id);
  if (const Status written = records_.write(record); !written.ok()) return written.error();
  return Standing{Owner::us, std::move(record), std::move(*containers)};
}

Status ClusterManager::mark_in_use(const std::string& name, bool in_use) {
  auto record = records_.find(name);
  if (!record.ok()) return record.error();
  if (!*record) return usage_error("cluster " + name, "it is not ours");
  (*record)->in_use = in_use;
  return records_.write(**record);
}

Result<LiveCluster> ClusterManager::connect(const Standing& standing) {
  LiveCluster live;
  const std::string& name = standing.record->name;
  auto topology = read_topology(name, standing.containers);
  if (!topology.ok()) return topology.error();
  live.topology = std::move(*topology);
  const fs::path kubeconfig = records_.kubeconfig(name);
  const auto text = read_file(kubeconfig);
  if (!text.ok()) return text.error();
  auto identity = kube::parse_kubeconfig(*text, kubeconfig.string());
  if (!identity.ok()) return identity.error();
  live.identity = std::move(*identity);
  return live;
}

Status ClusterManager::wait_ready(const std::string& name, const LiveCluster& cluster, Duration longest,
                                  const Interrupt& interrupt) {
  const auto client = doors_.make_client(cluster.identity);
  Readiness readiness(docker_, *client, doors_.clock, cluster.topology);
  const Instant started = doors_.clock.now();
  Instant next_report = started + kProgressInterval;
  Check last;
  do {
    last = readiness.check(interrupt);
    if (last.holds()) {
      doors_.progress(fmt::format("cluster {} is ready", name));
      return Ok{};
    }
    if (doors_.clock.now() >= next_report) {
      doors_.progress(fmt::format("waiting for {}", last.reasons()));
      next_report = doors_.clock.now() + kProgressInterval;
    }
  } while (doors_.clock.wait_until(doors_.clock.now() + kCheckInterval, interrupt) &&
           doors_.clock.now() < started + longest);
  if (interrupt.raised())
    return Error{ErrorKind::interrupted, "cluster " + name, "interrupted while waiting for it to get ready", {}};
  return infrastructure_error("cluster " + name, fmt::format("not ready after {}", format_duration(longest)),
                              last.reasons());
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
  auto live = connect(*found);
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
  return live;
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
  if (const Status gone = docker_.remove_own_network(kNetwork, Interrupt::never()); !gone.ok())
    return cleanup_error(gone.error());
  if (const Status gone = records_.remove(name); !gone.ok()) return cleanup_error(gone.error());
  return Ok{};
}

Result<std::optional<Check>> ClusterManager::status(const std::string& name, const Interrupt& interrupt) {
  const auto found = standing(name, interrupt);
  if (!found.ok()) return found.error();
  if (found->owner == Owner::nobody) return std::optional<Check>();
  if (found->owner == Owner::somebody_else) return usage_error("cluster " + name, "it is not ours");
  const auto live = connect(*found);
  if (!live.ok()) return live.error();
  const auto client = doors_.make_client(live->identity);
  return std::optional(Readiness(docker_, *client, doors_.clock, live->topology).check(interrupt));
}

}  // namespace hadrill
