// Targets: roles and selectors that make sense together.
#include <fmt/format.h>

#include "document/enum_words.hpp"
#include "document/explain.hpp"
#include "scenario/reader.hpp"

namespace hadrill {
namespace {

constexpr std::array<std::pair<std::string_view, TargetRole>, 11> kRoles{
    {{"apiserver", TargetRole::apiserver},
     {"etcd", TargetRole::etcd},
     {"controller-manager", TargetRole::controller_manager},
     {"scheduler", TargetRole::scheduler},
     {"kubelet", TargetRole::kubelet},
     {"containerd", TargetRole::containerd},
     {"control-plane", TargetRole::control_plane},
     {"worker", TargetRole::worker},
     {"load-balancer", TargetRole::load_balancer},
     {"node-load-balancer", TargetRole::node_load_balancer},
     {"pod", TargetRole::pod}}};
constexpr std::array<std::pair<std::string_view, Selector::Kind>, 4> kSelectors{
    {{"one", Selector::Kind::one},
     {"all", Selector::Kind::all},
     {"leader", Selector::Kind::leader},
     {"follower", Selector::Kind::follower}}};

/// Out of range was complained about; a huge number must not even be converted.
int read_count(const Reader& reader, const std::string& at) {
  return reader.problems.about(at) ? 1 : json_get<int>(reader.document.root, at).value_or(1);
}

Selector read_selector(const Reader& reader, const std::string& at) {
  Selector select;
  if (reader.has(at + "/fixed")) {
    select.kind = Selector::Kind::fixed;
    select.count = read_count(reader, at + "/fixed");
  } else if (reader.has(at + "/nth")) {
    select.kind = Selector::Kind::nth;
    select.count = read_count(reader, at + "/nth");
  } else if (reader.has(at + "/node")) {
    select.kind = Selector::Kind::node;
    select.node = reader.text(at + "/node");
  } else if (reader.has(at + "/holder-of")) {
    select.kind = Selector::Kind::holder;
    select.lease = reader.text(at + "/holder-of");
  } else {
    select.kind = enum_from(kSelectors, reader.text(at));
  }
  return select;
}

/// Why no instance of `role` leads the others, and what would do instead.
std::string why_no_leader(TargetRole role) {
  if (role == TargetRole::apiserver) return "API servers have no leader, all of them serve";
  if (role == TargetRole::load_balancer) return "there is one load balancer";
  if (role == TargetRole::node_load_balancer) return "there is one load balancer in front of the workers";
  if (role == TargetRole::pod) return "pods have no leader that could be told";
  return fmt::format(
      "a {} has no leader of its own; write {{holder-of: LEASE}}, e.g. {{holder-of: kube-scheduler}}, or aim at role "
      "etcd for its leader",
      to_string(role));
}

void check_selector(const Reader& reader, const std::string& at, const Target& target) {
  const Selector::Kind kind = target.select.kind;
  const bool by_leadership = kind == Selector::Kind::leader || kind == Selector::Kind::follower;
  const bool leaderless = by_leadership && !has_leader(target.role);
  const bool no_holder = kind == Selector::Kind::holder && !one_per_node(target.role);
  if (!leaderless && !no_holder) return;
  const std::string why =
      no_holder ? "the holder of a Lease tells a node, and only what each node runs once" : why_no_leader(target.role);
  reader.complain(
      at, fmt::format("select is {}, but {}; allowed for {}: one, all, {{fixed: N}}, {{nth: N}}, {{node: NAME}}{}",
                      in_quotes(to_string(target.select)), why, to_string(target.role),
                      one_per_node(target.role) ? ", {holder-of: LEASE}" : ""));
}

/// A pod is told by namespace and labels, and the nodes that run pods may be; everything else is told by its role.
void check_pod_keys(const Reader& reader, const std::string& at, TargetRole role) {
  const bool any = reader.has(child_pointer(at, "namespace")) || reader.has(child_pointer(at, "labels"));
  const bool wanted = role == TargetRole::pod || (runs_pods(role) && any);
  for (const char* key : {"namespace", "labels"}) {
    const std::string member = child_pointer(at, key);
    if (wanted && !reader.has(member)) {
      const std::string name = to_string(role);
      reader.problems.add(
          reader.document.positions, at,
          fmt::format("missing key \"{}\" for role {}{}; expected e.g. {{role: {}, namespace: kube-system, labels: "
                      "{{k8s-app: kube-dns}}, select: one}}",
                      key, name, role == TargetRole::pod ? "" : " told by its pods", name));
    } else if (!wanted && reader.has(member)) {
      reader.problems.add(reader.document.positions.key(member),
                          fmt::format("key \"{}\" is for the roles pod, control-plane and worker only, the role is "
                                      "{}; leave it out",
                                      key, to_string(role)));
    }
  }
}

}  // namespace

Target read_target(const Reader& reader, const std::string& at) {
  Target target;
  target.role = enum_from(kRoles, reader.text(at + "/role"));
  target.select = read_selector(reader, at + "/select");
  // What the role is was complained about, and what goes with it is not known.
  if (!reader.has(at + "/role") || reader.problems.about(at + "/role")) return target;
  check_selector(reader, at + "/select", target);
  check_pod_keys(reader, at, target.role);
  if (target.role != TargetRole::pod && !runs_pods(target.role)) return target;
  target.namespace_ = reader.text(at + "/namespace");
  const Json::json_pointer labels(at + "/labels");
  if (!reader.document.root.contains(labels)) return target;
  for (const auto& [name, value] : reader.document.root.at(labels).items()) {
    if (value.is_string()) target.labels[name] = value.get<std::string>();
  }
  return target;
}

}  // namespace hadrill
