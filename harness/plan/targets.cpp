#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "plan/instances.hpp"
#include "plan/pick.hpp"
#include "plan/plan.hpp"

namespace hadrill {
namespace {

using Targets = std::vector<ResolvedTarget>;

std::string names(const Targets& targets) {
  std::vector<std::string> out;
  for (const ResolvedTarget& target : targets) {
    out.push_back(target.pod ? fmt::format("{} on {}", target.pod->name, target.node.name) : target.node.name);
  }
  return out.empty() ? "none" : fmt::format("{}", fmt::join(out, ", "));
}

Targets where_leads(const Targets& instances, bool leads) {
  Targets out;
  std::copy_if(instances.begin(), instances.end(), std::back_inserter(out),
               [leads](const ResolvedTarget& target) { return target.leads == leads; });
  return out;
}

/// E.g. "of namespace "kube-system" has the labels {k8s-app: kube-dns}", with `verb` "has".
std::string with_labels(const Target& target, const char* verb) {
  std::vector<std::string> labels;
  for (const auto& [name, value] : target.labels) labels.push_back(fmt::format("{}: {}", name, value));
  return fmt::format("of namespace \"{}\" {} the labels {{{}}}", target.namespace_, verb, fmt::join(labels, ", "));
}

/// What one resolution is about, for its choices and its messages.
struct Resolution {
  const Target& target;
  const std::string& step_id;
  std::uint64_t seed;
  const Targets instances;

  Error error(const std::string& message) const {
    return usage_error(fmt::format("step {}", step_id),
                       fmt::format("{} (instances of {}: {})", message, to_string(target.role), names(instances)));
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

  /// The one in that place, counted from 1.
  Result<Targets> in_place(std::size_t place) const {
    if (place < 1 || place > instances.size())
      return error(fmt::format("\"{}\" is beyond the last of them", to_string(target.select)));
    return Targets{instances[place - 1]};
  }

  /// What runs on the node; of pods, that may be several.
  Result<Targets> on_node(const std::string& name) const {
    Targets out;
    std::copy_if(instances.begin(), instances.end(), std::back_inserter(out),
                 [&name](const ResolvedTarget& instance) { return instance.node.name == name; });
    if (!out.empty()) return out;
    if (is_node(target.role) && !target.labels.empty())
      return error(fmt::format("\"{}\" is no {} with a running pod {}", name, to_string(target.role),
                               with_labels(target, "with")));
    return error(is_node(target.role) ? fmt::format("\"{}\" is no {}", name, to_string(target.role))
                                      : fmt::format("no {} runs on node \"{}\"", to_string(target.role), name));
  }

  /// The leader, or one that is not. Without a known leader neither can be told.
  Result<Targets> by_leadership(const std::optional<std::string>& leader) const {
    if (target.role == TargetRole::apiserver) return error("API servers have no leader, all of them serve");
    if (!has_leader(target.role)) return error(fmt::format("a {} has no leader", to_string(target.role)));
    if (!leader) return error(fmt::format("no leader of {} is known", to_string(target.role)));
    const Targets leaders = where_leads(instances, true);
    if (leaders.empty()) {
      return error(
          fmt::format("the leader of {} is on \"{}\", which is not of this cluster", to_string(target.role), *leader));
    }
    if (target.select.kind == Selector::Kind::leader) return leaders;
    return pick(where_leads(instances, false), 1);
  }

  /// The instance on the node that holds the Lease.
  Result<Targets> by_lease(const Topology& topology, const std::map<std::string, std::string>& holders) const {
    const std::string& lease = target.select.lease;
    if (!one_per_node(target.role)) return error(fmt::format("a Lease's holder tells no {}", to_string(target.role)));
    const auto held = holders.find(lease);
    if (held == holders.end()) {
      std::vector<std::string> known;
      for (const auto& [name, unused] : holders) known.push_back(name);
      return error(fmt::format("no Lease \"{}\" is held in kube-system; held are: {}", lease,
                               known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
    }
    if (topology.find(held->second) == nullptr)
      return error(
          fmt::format("the holder of Lease \"{}\" is \"{}\", which is no node of this cluster", lease, held->second));
    return on_node(held->second);
  }

  /// Control plane components run in pods as well, but only their role says what is at stake.
  std::optional<Error> disguised() const {
    for (const ResolvedTarget& instance : instances) {
      if (!instance.pod) continue;
      if (const auto role = static_pod_role(*instance.pod, instance.node))
        return error(fmt::format("pod {} is the {} of node {}; write {{role: {}, select: {{node: {}}}}}",
                                 instance.pod->name, to_string(*role), instance.node.name, to_string(*role),
                                 instance.node.name));
    }
    return std::nullopt;
  }

  Error nothing_there(const std::vector<PlacedPod>& pods) const {
    if (target.role == TargetRole::pod) return error("no running pod " + with_labels(target, "has"));
    if (target.labels.empty()) return error(fmt::format("no {} to target", to_string(target.role)));
    std::set<std::string> nodes;
    for (const PlacedPod& placed : pods) nodes.insert(placed.node);
    return error(fmt::format("no {} has a running pod {}; nodes that have: {}", to_string(target.role),
                             with_labels(target, "with"),
                             nodes.empty() ? "none" : fmt::format("{}", fmt::join(nodes, ", "))));
  }
};

}  // namespace

std::string to_string(const ResolvedTarget& target) {
  if (target.pod) return fmt::format("pod {} on {}", target.pod->name, target.node.name);
  return fmt::format("{}{}{}", to_string(target.role), is_node(target.role) ? " " : " on ", target.node.name);
}

LiveNeeds live_needs(const Target& target) {
  LiveNeeds needs;
  // Whether a target leads is recorded even where it was not asked for.
  needs.leadership = has_leader(target.role);
  needs.lease_holders = target.select.kind == Selector::Kind::holder;
  if (target.role == TargetRole::pod || !target.labels.empty())
    needs.pods = PodSelection{target.namespace_, target.labels};
  return needs;
}

Result<std::vector<ResolvedTarget>> resolve_target(const Target& target, const std::string& step_id,
                                                   const Topology& topology, const LiveState& live,
                                                   std::uint64_t seed) {
  const Resolution resolution{target, step_id, seed, instances_of(target, topology, live)};
  if (resolution.instances.empty()) return resolution.nothing_there(live.pods);
  if (const auto disguised = resolution.disguised()) return *disguised;
  switch (target.select.kind) {
    case Selector::Kind::one:
      return resolution.pick(resolution.instances, 1);
    case Selector::Kind::all:
      return resolution.instances;
    case Selector::Kind::fixed:
      return resolution.pick(resolution.instances, target.select.count);
    case Selector::Kind::nth:
      return resolution.in_place(static_cast<std::size_t>(target.select.count));
    case Selector::Kind::node:
      return resolution.on_node(target.select.node);
    case Selector::Kind::leader:
    case Selector::Kind::follower:
      return resolution.by_leadership(leader_of(target.role, live.leadership));
    case Selector::Kind::holder:
      return resolution.by_lease(topology, live.lease_holders);
  }
  return resolution.error("unknown selector");
}

}  // namespace hadrill
