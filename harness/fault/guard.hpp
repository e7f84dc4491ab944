// Owns the dead-man of faults made through the container engine: a process beside ours that undoes them when we die or
// their time is over. There is no agent outside the nodes that could.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/descriptor.hpp"
#include "cluster/docker.hpp"
#include "fault/host_journal.hpp"

namespace hadrill {

/// Our end of it. Used by one thread.
class Guard {
 public:
  /// `command`: what runs run_guard for the same journal, e.g. {"/usr/bin/hadrill", "guard", "--cluster", "c"}; argv[0]
  /// is a path. `log`: a file to which it appends what it does; its folder has to exist when it is started.
  Guard(std::vector<std::string> command, std::filesystem::path log, const HostJournal& journal)
      : command_(std::move(command)), log_(std::move(log)), journal_(journal) {}
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  /// end()
  ~Guard() { end(); }

  /// Starts it unless it runs, and waits until it watches. It has a session of its own, so that neither a terminal nor
  /// whoever kills our process group reaches it, and none of our descriptors. Error (infrastructure): no engine fault
  /// may be made.
  Status ensure();
  /// Tells it to end and waits for that, a few seconds at most. When the journal still has faults of ours, it is left
  /// to undo them instead.
  void end();

 private:
  bool runs();
  Status start();

  std::vector<std::string> command_;
  std::filesystem::path log_;
  const HostJournal& journal_;
  pid_t pid_ = 0;     ///< 0: none was started, or it ended
  Descriptor input_;  ///< its input: ends with us, however we end
};

/// What the guard process does: writes a line to `output` once it watches, then undoes what is in `journal` when its
/// time is over, and, when `input` ends without a line kGoodbye, what its parent or any dead process left there. Says
/// what it does on standard error. Ends with 0 when nothing of that is left.
int run_guard(Docker& docker, const HostJournal& journal, int input, int output, const Interrupt& interrupt);

/// What ends the guard without anything being undone.
inline constexpr const char* kGoodbye = "goodbye\n";

}  // namespace hadrill
