// Owns the undo journal of the faults made from this machine, through the container engine or the API: one file per
// fault in force, in the cluster's state folder before anything is changed. (What agents do inside nodes is in the
// nodes' own journals.)
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace hadrill {

/// A process of this machine, named once and for all: pids are used again, start times are not.
struct ProcessName {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0;  ///< /proc/PID/stat, field 22

  static ProcessName self();
  /// Of a pid now; start_ticks is 0 when there is no such process or it is dead and waits to be reaped.
  static ProcessName of(pid_t pid);
  bool alive() const { return start_ticks != 0 && of(pid).start_ticks == start_ticks; }

  friend bool operator==(const ProcessName&, const ProcessName&) = default;
};

/// What undone means.
enum class HostUndo {
  container,  ///< it runs, is not paused and has its address
  uncordon,   ///< the node of that name takes pods again, and nobody drains it any more
};

/// One fault in force, or about to be.
struct HostEntry {
  std::string id;
  std::string fault;         ///< e.g. "node.kill"
  std::string container_id;  ///< full
  std::string container;     ///< its name, for people
  std::string network;       ///< on which `address` is; HostUndo::container only, as the next two
  std::string address;       ///< IPv4
  std::string started_at;    ///< of the container, before the fault
  Instant deadline;          ///< when it has to be undone
  ProcessName owner;         ///< the harness that looks after it
  HostUndo undo = HostUndo::container;
  std::vector<std::string> control_planes = {};  ///< for HostUndo::uncordon: containers in which kubectl may be asked
};

class HostJournal {
 public:
  explicit HostJournal(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// Of a cluster whose state is kept in `cluster_folder` (ClusterRecords::folder).
  static HostJournal of_cluster(const std::filesystem::path& cluster_folder) {
    return HostJournal(cluster_folder / "journal");
  }

  /// On disk when it returns ok: file and folder are synced. Replaces an entry of the same id.
  Status write(const HostEntry& entry) const;
  /// Forgets it; fine when there is none.
  Status remove(const std::string& id) const;
  std::optional<HostEntry> find(const std::string& id) const;
  /// All entries, in the order of their addresses. Files that cannot be read are named in `unreadable`, when given:
  /// something was broken and nobody knows what.
  std::vector<HostEntry> read(std::vector<std::string>* unreadable = nullptr) const;

 private:
  std::filesystem::path folder_;
};

/// IPv4 addresses by their numbers: in this order an engine gives them out. What is no address comes last.
bool address_before(const std::string& a, const std::string& b);

}  // namespace hadrill
