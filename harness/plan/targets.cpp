#include <fmt/format.h>

#include <algorithm>

#include "plan/pick.hpp"
#include "plan/plan.hpp"

namespace hadrill {
namespace {

using Targets = std::vector<ResolvedTarget>;

/// Name of the node that leads `role`; nullopt for no leader, none known, and roles without one.
std::optional<std::string> leader_of(TargetRole role, const Leadership& leadership) {
  switch (role) {
    case TargetRole::apiserver:
      return std::nullopt;
    case TargetRole::etcd:
      return leadership.etcd;
    case TargetRole::controller_manager:
      return leadership.controller_manager;
    case TargetRole::scheduler:
      return leadership.scheduler;
  }
  return std::nullopt;
}

/// Every instance of `role`: one per control plane, all roles there are run as static pods.
Targets instances_of(TargetRole role, const Topology& topology, const std::optional<std::string>& leader) {
  Targets instances;
  for (Node& node : topology.with_role(NodeRole::control_plane)) {
    const bool leads = leader == node.name;
    instances.push_back({role, std::move(node), leads});
  }
  return instances;
}

std::string node_names(const Targets& targets) {
  std::vector<std::string> names;
  for (const ResolvedTarget& target : targets) names.push_back(target.node.name);
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

Targets where_leads(const Targets& instances, bool leads) {
  Targets out;
  std::copy_if(instances.begin(), instances.end(), std::back_inserter(out),
               [leads](const ResolvedTarget& target) { return target.leads == leads; });
  return out;
}

/// What one resolution is about, for its choices and its messages.
struct Resolution {
  const Target& target;
  const std::string& step_id;
  std::uint64_t seed;
  const Targets instances;

  Error error(const std::string& message) const {
    return usage_error(fmt::format("step {}", step_id),
                       fmt::format("{} (instances of {}: {})", message, to_string(target.role), node_names(instances)));
  }

  Result<Targets> pick(const Targets& from, int count) const {
    if (count < 1 || static_cast<std::size_t>(count) > from.size()) {
      return error(fmt::format("\"{}\" needs {} {}, there are {}", to_string(target.select), count,
                               target.select.kind == Selector::Kind::follower ? "that do not lead" : "to choose from",
                               from.size()));
    }
    Targets out;
    for (const std::size_t i : pick_indices(from.size(), static_cast<std::size_t>(count), seed, step_id)) {
      out.push_back(from[i]);
    }
    return out;
  }

  Result<Targets> on_node(const std::string& name) const {
    for (const ResolvedTarget& instance : instances) {
      if (instance.node.name == name) return Targets{instance};
    }
    return error(fmt::format("no {} runs on node \"{}\"", to_string(target.role), name));
  }

  /// The leader, or one that is not. Without a known leader neither can be told.
  Result<Targets> by_leadership(const std::optional<std::string>& leader) const {
    if (target.role == TargetRole::apiserver) return error("API servers have no leader, all of them serve");
    if (!leader) return error(fmt::format("no leader of {} is known", to_string(target.role)));
    const Targets leaders = where_leads(instances, true);
    if (leaders.empty()) {
      return error(
          fmt::format("the leader of {} is on \"{}\", which is not of this cluster", to_string(target.role), *leader));
    }
    if (target.select.kind == Selector::Kind::leader) return leaders;
    return pick(where_leads(instances, false), 1);
  }
};

}  // namespace

Result<std::vector<ResolvedTarget>> resolve_target(const Target& target, const std::string& step_id,
                                                   const Topology& topology, const Leadership& leadership,
                                                   std::uint64_t seed) {
  const std::optional<std::string> leader = leader_of(target.role, leadership);
  const Resolution resolution{target, step_id, seed, instances_of(target.role, topology, leader)};
  if (resolution.instances.empty()) return resolution.error(fmt::format("no {} to target", to_string(target.role)));
  switch (target.select.kind) {
    case Selector::Kind::one:
      return resolution.pick(resolution.instances, 1);
    case Selector::Kind::all:
      return resolution.instances;
    case Selector::Kind::fixed:
      return resolution.pick(resolution.instances, target.select.count);
    case Selector::Kind::node:
      return resolution.on_node(target.select.node);
    case Selector::Kind::leader:
    case Selector::Kind::follower:
      return resolution.by_leadership(leader);
  }
  return resolution.error("unknown selector");
}

}  // namespace hadrill
