// Owns the life of a cluster: created, recognised as ours, waited for, removed without a trace.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cluster/docker.hpp"
#include "cluster/environment.hpp"
#include "cluster/kind.hpp"
#include "cluster/prepared.hpp"
#include "cluster/readiness.hpp"
#include "cluster/record.hpp"

namespace hadrill {

/// What the cluster module needs from outside; all must outlive a ClusterManager.
struct ClusterDoors {
  Runner& runner;
  Clock& clock;
  const Folders& folders;
  std::filesystem::path topologies;  ///< kind-configs/topologies
  /// Hears each step in words, for people.
  std::function<void(const std::string&)> progress;
  /// Makes the HTTP client for a cluster's identity.
  std::function<std::unique_ptr<http::Client>(http::TlsIdentity)> make_client;
};

/// A ready cluster of ours.
struct LiveCluster {
  Topology topology;
  http::TlsIdentity identity;
  Json environment;
};

class ClusterManager {
 public:
  explicit ClusterManager(ClusterDoors doors);

  /// Brings the cluster up: reuses ours when it is ready, replaces ours when it is not, refuses somebody else's
  /// (usage). `logs`: where the nodes' logs go when it does not get ready; the error then names the conditions that
  /// failed.
  Result<LiveCluster> up(const std::string& name, const std::string& topology, const std::filesystem::path& logs,
                         const Interrupt& interrupt);
  /// Our running cluster, which has to be ready. Error: usage when there is none of that name or it is not ours.
  Result<LiveCluster> attach(const std::string& name, const Interrupt& interrupt);
  /// Notes that a run uses the cluster, or no longer does: how the next run tells a kept cluster from an abandoned one.
  Status mark_in_use(const std::string& name, bool in_use);
  /// Removes our cluster, its volumes, its network if we made it, and our record. Nothing there: fine. Not ours: usage.
  /// Runs to its end whatever signals come.
  Status down(const std::string& name);
  /// Whether we have a record of it: only then can there be anything of ours to remove. Asks no engine.
  bool recorded(const std::string& name) const;
  /// Ours only; nullopt when it does not exist. The conditions as they are now.
  Result<std::optional<Check>> status(const std::string& name, const Interrupt& interrupt);

  Docker& docker() { return docker_; }

 private:
  enum class Owner { nobody, us, somebody_else };
  struct Standing {
    Owner owner = Owner::nobody;
    std::optional<ClusterRecord> record;
    std::vector<Container> containers;
  };

  /// What there was when a creation began.
  struct Preflight {
    EngineInfo engine;
    Standing standing;
  };

  Result<Standing> standing(const std::string& name, const Interrupt& interrupt);
  /// Error: whatever stands in the way of a cluster `name`, before anything is made.
  Result<Preflight> preflight(const std::string& name, const std::string& topology, const Interrupt& interrupt);
  /// The cluster that is there, when it is ours, of this topology, not in use and ready; nullopt when it is not.
  Result<std::optional<LiveCluster>> reuse(const Standing& found, const std::string& topology,
                                           const Interrupt& interrupt);
  Status remove(const std::string& name, const Standing& found);
  /// The containers it made.
  Result<Standing> create(const std::string& name, const std::string& topology, const EngineInfo& engine,
                          const Interrupt& interrupt);
  Result<LiveCluster> connect(const Standing& standing);
  /// Error: interrupted, or infrastructure with the conditions that do not hold.
  Status wait_ready(const std::string& name, const LiveCluster& cluster, Duration longest, const Interrupt& interrupt);
  /// `error` with the nodes' logs saved and named in it.
  Error with_logs(Error error, const std::string& name, const std::filesystem::path& logs, const Interrupt& interrupt);

  ClusterDoors doors_;
  Docker docker_;
  ClusterRecords records_;
};

}  // namespace hadrill
