// Owns which SLIs there are, and what each means in one sentence (docs/sli-reference.md tells the rest).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenario/scenario.hpp"

namespace hadrill {

/// What an SLI can be of: a prober that is a user (or "api"), or a component of which one instance leads.
inline constexpr std::string_view kSliOfProber = "PROBER";
inline constexpr std::string_view kSliOfLeader = "LEADER";

struct SliDefinition {
  SliRef::Kind kind;
  std::string_view of;    ///< one of the two above; empty: of the whole cluster
  std::string_view name;  ///< behind "PROBER." or "LEADER."; else all of it
  std::string_view meaning;

  /// As reference pages write it, e.g. "PROBER.longest_outage".
  std::string text() const { return (of.empty() ? "" : std::string(of) + ".") + std::string(name); }
};

/// nodes_not_ready, pods_removed, pods_replaced.
bool is_about_nodes(SliRef::Kind kind);
/// others_led, others_not_ready: what a fault must not do to those that it is not aimed at.
bool is_about_spared(SliRef::Kind kind);

/// All of them, in the order in which people read of them.
const std::vector<SliDefinition>& sli_definitions();

}  // namespace hadrill
