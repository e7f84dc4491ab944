#include "run/leaders_together.hpp"

#include <fmt/format.h>

#include "fault/agent_fault.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr const char* kWhere = "leaders together";
/// A hand-over takes milliseconds, and a scheduler that is told to stop ends at once.
constexpr auto kMove = 30s;
/// Nothing stays to be undone; the agent wants to know until when it would have to.
constexpr auto kTtl = 2min;
/// In the agent's journal.
constexpr const char* kId = "leaders-together";

Status hand_over(const LeaderMove& move, const Node& node, const FaultDoors& doors, const Interrupt& interrupt) {
  const AgentRequest request{"etcd.move-leader", {{"ifLeading", true}, {"to", move.to}}, kMove};
  const auto done = inject_effect(doors.agents, node, kId, request, kTtl, interrupt);
  return done.ok() ? Status(Ok{}) : Status(done.error());
}

Status tell_to_stop(const LeaderMove& move, const Node& node, const Catalogue& catalogue, const Interrupt& interrupt) {
  Fault* kill = catalogue.find("process.kill");
  if (kill == nullptr) return infrastructure_error(kWhere, "there is no fault process.kill");
  const Injection injection{kId, {move.role, node, true}, {{"signal", "TERM"}}, kTtl};
  const auto done = kill->inject(injection, interrupt);
  return done.ok() ? Status(Ok{}) : Status(done.error());
}

}  // namespace

std::string to_string(const LeaderMove& move) {
  return fmt::format("{}'s leadership from {} to {}", to_string(move.role), move.from, move.to);
}

Result<std::optional<LeaderMove>> next_move(const Leadership& leadership, const Topology& topology) {
  if (topology.etcd_is_external())
    return usage_error(kWhere,
                       "etcd runs on nodes of its own here: its leader and those of the control planes cannot "
                       "be on one node; use a topology with stacked etcd");
  if (!leadership.etcd || !leadership.controller_manager || !leadership.scheduler)
    return infrastructure_error(kWhere, "who leads is not known of each of etcd, controller manager and scheduler");
  const std::string& home = *leadership.controller_manager;
  if (*leadership.etcd != home) return std::optional(LeaderMove{TargetRole::etcd, *leadership.etcd, home});
  if (*leadership.scheduler != home)
    return std::optional(LeaderMove{TargetRole::scheduler, *leadership.scheduler, home});
  return std::optional<LeaderMove>();
}

Status make_move(const LeaderMove& move, const Topology& topology, const FaultDoors& doors, const Catalogue& catalogue,
                 const Interrupt& interrupt) {
  const Node* node = topology.find(move.from);
  if (node == nullptr) return infrastructure_error(kWhere, move.from + " leads and is no node of the cluster");
  const Status moved = move.role == TargetRole::etcd ? hand_over(move, *node, doors, interrupt)
                                                     : tell_to_stop(move, *node, catalogue, interrupt);
  if (!moved.ok()) return moved;
  const auto forgotten = heal_effect(doors.agents, *node, kId, kMove, interrupt);
  return forgotten.ok() ? Status(Ok{}) : Status(forgotten.error());
}

}  // namespace hadrill
