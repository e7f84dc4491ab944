// Owns the kind command: create and delete. Readiness is ours (readiness.hpp): `kind --wait` exits 0 on a time-out.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "cluster/docker.hpp"
#include "cluster/prepared.hpp"
#include "process/runner.hpp"

namespace hadrill {

class Kind {
 public:
  Kind(Runner& runner, Prepared prepared) : runner_(runner), prepared_(std::move(prepared)) {}

  struct Creation {
    std::string cluster;
    std::filesystem::path config;        ///< kind-configs/topologies/NAME.yaml
    std::filesystem::path kubeconfig;    ///< where the admin credentials go; never the user's own file
    bool overlayfs_snapshotter = false;  ///< needed where the engine's storage driver is fuse-overlayfs
  };

  /// Creates the cluster; `on_step` hears each of kind's own steps. On failure the containers stay, for their logs.
  Status create(const Creation& creation, const std::function<void(const std::string&)>& on_step,
                const Interrupt& interrupt);
  /// Puts the image of `archive`, as `docker save` writes one, on these nodes.
  Status load_image(const std::string& cluster, const std::filesystem::path& archive,
                    const std::vector<std::string>& nodes, const Interrupt& interrupt);
  /// Collects logs of all nodes into `folder`.
  Status export_logs(const std::string& cluster, const std::filesystem::path& folder, const Interrupt& interrupt);
  Result<std::string> version(const Interrupt& interrupt);

 private:
  Runner& runner_;
  Prepared prepared_;
};

/// A line of kind's progress as plain text ("Starting control-plane"), or "" for lines that are not a step's start.
std::string kind_step(const std::string& line);

}  // namespace hadrill
