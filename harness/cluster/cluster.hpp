// Owns the life of a cluster: created, recognised as ours, waited for, removed without a trace.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cluster/environment.hpp"
#include "cluster/kind.hpp"
#include "cluster/live_cluster.hpp"

namespace hadrill {

class ClusterManager {
 public:
  explicit ClusterManager(ClusterDoors doors);

  /// Brings the cluster up: reuses ours when it is ready, replaces ours when it is not, refuses somebody else's
  /// (usage). What has to be free on the machine is looked at before anything is made, after a replaced one is gone.
  /// `logs`: where the nodes' logs go when it does not get ready; the error then names the conditions that
  /// failed.
  Result<LiveCluster> up(const std::string& name, const std::string& topology, const std::filesystem::path& logs,
                         const Interrupt& interrupt);
  /// Our running cluster, which has to be ready. Error: usage when there is none of that name or it is not ours.
  Result<LiveCluster> attach(const std::string& name, const Interrupt& interrupt);
  /// Spreads the pods of the topology's own workloads over the workers again, where a lost worker left them uneven; a
  /// look where it did not. Error: infrastructure, when they do not get ready or stay uneven.
  Status spread_workloads(const LiveCluster& cluster, const Interrupt& interrupt);
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
    Blueprint blueprint;
    Standing standing;
  };

  Result<Standing> standing(const std::string& name, const Interrupt& interrupt);
  /// Error: whatever stands in the way of a cluster `name`, before anything is made.
  Result<Preflight> preflight(const std::string& name, const std::string& topology, const Interrupt& interrupt);
  /// The cluster that is there, when it is ours, of this topology, not in use and ready; nullopt when it is not.
  Result<std::optional<LiveCluster>> reuse(const Standing& found, const std::string& topology,
                                           const Interrupt& interrupt);
  Status remove(const std::string& name, const Standing& found);
  /// A new cluster, as the blueprint wants it and ready.
  Result<LiveCluster> make(const std::string& name, const Preflight& before, const Interrupt& interrupt);
  void note_front_door(const Standing& standing, LiveCluster& cluster) const;
  /// `error` with the nodes' logs saved and named in it.
  Error with_logs(Error error, const std::string& name, const std::filesystem::path& logs, const Interrupt& interrupt);

  ClusterDoors doors_;
  Docker docker_;
  ClusterRecords records_;
};

}  // namespace hadrill
