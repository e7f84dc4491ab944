// Owns real processes, by Boost.Process v2 (pidfd and asio: no SIGCHLD handler, no shared reaping).
#pragma once

#include "process/runner.hpp"

namespace hadrill {

/// Each command runs in a process group of its own, so that a terminal's Ctrl-C reaches us and not it: we decide.
class BoostRunner final : public Runner {
 public:
  Result<Completed> run(const Command& command, const Interrupt& interrupt) override;
};

}  // namespace hadrill
