// Owns what undoes faults after a restart of the node, when no harness is there to start an agent.
#pragma once

#include <filesystem>

namespace hadrill::agent {

/// Where the harness puts the executable into a node.
inline constexpr const char* kInstalledAgent = "/usr/local/bin/hadrill-agent";

/// Puts a systemd unit into `root` that runs `hadrill-agent heal` once at every start of the node; nothing when it is
/// there already or the node has no systemd. Best effort: without it, the next agent undoes the same.
void arrange_heal_at_boot(const std::filesystem::path& root = "/");

}  // namespace hadrill::agent
