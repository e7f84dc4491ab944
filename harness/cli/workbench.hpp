// Owns the real doors a command works through: processes, HTTP, clock, folders, the run lock.
#pragma once

#include <spdlog/spdlog.h>

#include <memory>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "cluster/cluster.hpp"
#include "http/curl_client.hpp"
#include "process/boost_runner.hpp"
#include "scenario/load.hpp"

namespace hadrill::cli {

/// Tells people what is going on, one line each, with the time of day.
inline void progress(const std::string& line) { spdlog::info(line); }

class Workbench {
 public:
  static Result<std::unique_ptr<Workbench>> open(const Options& options) {
    auto folders = Folders::from_environment();
    if (!folders.ok()) return folders.error();
    return std::unique_ptr<Workbench>(new Workbench(options, *folders));
  }

  /// Only one run at a time on a machine: a second would disturb what the first measures. Held until destroyed.
  Status lock() {
    auto lock = FileLock::acquire(folders_.cache / "run.lock");
    if (!lock.ok()) return lock.error();
    lock_ = std::make_unique<FileLock>(std::move(*lock));
    return Ok{};
  }

  ClusterManager& clusters() { return clusters_; }
  Clock& clock() { return clock_; }

 private:
  Workbench(const Options& options, Folders folders)
      : folders_(std::move(folders)),
        clusters_(
            {runner_, clock_, folders_, options.home / "kind-configs" / "topologies", progress,
             [](http::TlsIdentity identity) { return std::make_unique<http::CurlClient>(std::move(identity)); }}) {}

  Folders folders_;
  BoostRunner runner_;
  MonotonicClock clock_;
  ClusterManager clusters_;
  std::unique_ptr<FileLock> lock_;
};

/// The scenario named by `options.scenario`: a path, or a name below scenarios/.
Result<Scenario> find_scenario(const Options& options);

/// What scenarios may name.
Capabilities capabilities(const Options& options);

}  // namespace hadrill::cli
