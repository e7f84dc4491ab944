// Owns the proof that a cluster is ours: a record in the state folder, written before the first container is made.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace hadrill {

struct ClusterRecord {
  std::string name;
  std::string topology;
  std::string node_image;
  /// Empty while the cluster is being created: then every container with the cluster's label is ours, because there was
  /// none when the record was written.
  std::vector<std::string> container_ids;
  /// A run is using it. Found true by somebody who holds the run lock: that run was killed, and what it broke may still
  /// be broken.
  bool in_use = false;
};

/// The records below a state folder: one folder per cluster with record.json and the kubeconfig kind writes.
class ClusterRecords {
 public:
  explicit ClusterRecords(const std::filesystem::path& state) : clusters_(state / "clusters") {}

  /// nullopt when the cluster is not ours. Error: infrastructure for an unreadable record.
  Result<std::optional<ClusterRecord>> find(const std::string& name) const;
  Status write(const ClusterRecord& record) const;
  /// Removes everything we keep about the cluster, and empty folders above it.
  Status remove(const std::string& name) const;
  /// Names of all clusters with a record, sorted.
  std::vector<std::string> names() const;
  /// What else is kept about a cluster lies here too, and goes with it.
  std::filesystem::path folder(const std::string& name) const { return clusters_ / name; }
  std::filesystem::path kubeconfig(const std::string& name) const { return clusters_ / name / "kubeconfig"; }

 private:
  std::filesystem::path clusters_;
};

}  // namespace hadrill
