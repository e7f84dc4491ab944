// Owns the undo journal: one file per fault in force, on the node's disk before anything is changed.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "agent/trouble.hpp"

namespace hadrill::agent {

/// One fault in force, or about to be.
struct JournalEntry {
  std::string id;
  std::string effect;
  Json undo;
  std::int64_t deadline_ns = 0;  ///< CLOCK_MONOTONIC: when it has to be undone
  pid_t owner = 0;               ///< the agent process that looks after it
  std::uint64_t owner_start = 0;
};

/// Whether `id` may name a fault: 1 to 64 lower-case letters, digits and '-'. It becomes a file name.
bool is_fault_id(const std::string& id);

class Journal {
 public:
  explicit Journal(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// Where the agents keep it: HADRILL_AGENT_STATE, or /var/lib/hadrill, which outlives a restart of the node.
  static Journal of_this_node();

  /// On disk when it returns ok: file and folder are synced. Replaces an entry of the same id.
  Status write(const JournalEntry& entry) const;
  /// Forgets it; fine when there is none.
  Status remove(const std::string& id) const;
  /// All entries. A file that cannot be read is in `unreadable`: something was broken here and nobody knows what.
  std::vector<JournalEntry> read(std::vector<std::string>& unreadable) const;

  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

}  // namespace hadrill::agent
