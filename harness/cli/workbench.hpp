// Owns the real doors a command works through: processes, HTTP, clock, folders, the run lock.
#pragma once

#include <spdlog/spdlog.h>

#include <memory>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "cluster/cluster.hpp"
#include "fault/guard.hpp"
#include "http/curl_client.hpp"
#include "process/boost_runner.hpp"
#include "scenario/load.hpp"
#include "scenario/suite.hpp"

namespace hadrill::cli {

/// hadrill's workload image, as `docker save` writes one (cli/places.hpp).
std::filesystem::path workload_image();

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
  /// What outlives a run on this machine.
  const std::filesystem::path& state() const { return folders_.state; }

 private:
  Workbench(const Options& options, Folders folders)
      : folders_(std::move(folders)),
        clusters_({runner_, clock_, folders_, BlueprintFolder(options.home / "kind-configs"), progress,
                   [](const http::TlsIdentity& identity) { return std::make_unique<http::CurlClient>(identity); },
                   workload_image()}) {}

  Folders folders_;
  BoostRunner runner_;
  MonotonicClock clock_;
  ClusterManager clusters_;
  std::unique_ptr<FileLock> lock_;
};

/// What stands by faults made through the engine on a cluster: their journal, and the guard that undoes them when we
/// die. The guard is started by the first such fault.
struct EngineFaultDoors {
  HostJournal journal;
  Guard guard;

  EngineFaultDoors(const Workbench& bench, const std::string& cluster);
};

/// Of every random choice: as told, or drawn.
std::uint64_t seed_of(const Options& options);

/// What a command that makes something starts with: its doors, the run lock, a directory for what it writes.
struct Session {
  std::unique_ptr<Workbench> bench;
  std::filesystem::path directory;
};

/// A session whose run directory is runs/`name`/<utc>. Error: usage when another hadrill holds the lock.
Result<Session> open_session(const Options& options, const std::string& name);

/// Writes index.html of `runs` anew, from verdicts as they are stored. That it cannot be written is a line of progress:
/// what was measured is none the worse for it.
void renew_index(const std::filesystem::path& runs);

/// Removes the cluster after `outcome`, which stays what is reported unless the removal itself fails.
Outcome remove_cluster(Workbench& bench, const Options& options, Outcome outcome);

/// What is left of a cluster that could not be brought up, by `error`, is removed. A refusal (usage) made nothing and
/// removes nothing.
Outcome remove_unfinished(Workbench& bench, const Options& options, const Error& error);

/// The file that `wanted` means: its path, or its name below `folder`. Error: usage, with the names that there are;
/// `kind` is what such a file is called.
Result<std::filesystem::path> find_file(const char* kind, const std::string& wanted,
                                        const std::filesystem::path& folder);

/// The scenario named by `options.scenario`: a path, or a name below scenarios/.
Result<Scenario> find_scenario(const Options& options);

/// The static executable for nodes (cli/places.hpp).
std::filesystem::path agent_executable();

/// What scenarios may name.
Capabilities capabilities(const Options& options);

}  // namespace hadrill::cli
