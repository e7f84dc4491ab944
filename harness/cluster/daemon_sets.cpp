#include "cluster/daemon_sets.hpp"

#include <fmt/format.h>

#include <array>

#include "kube/api.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kRequestTimeout = 10s;
constexpr auto kMoveTimeout = 30s;
/// For the pods of both sets to be made and bound.
constexpr auto kPlaceTimeout = 60s;
constexpr auto kLookInterval = 500ms;
constexpr const char* kCollection = "/apis/apps/v1/namespaces/kube-system/daemonsets";

struct Component {
  const char* name;
  int port;  ///< where it serves, one process per node at a time
};
constexpr std::array kComponents{Component{"kube-controller-manager", 10257}, Component{"kube-scheduler", 10259}};

/// Moves a manifest away, which ends its process. $1: component.
constexpr const char* kMoveScript = R"(set -eu
manifest=/etc/kubernetes/manifests/$1.yaml
[ -f "$manifest" ] || exit 0
mkdir -p /etc/kubernetes/static-pods-before
mv "$manifest" /etc/kubernetes/static-pods-before/
)";

/// Volumes and mounts of a service account are added by admission, for this pod only.
void drop_account(Json& spec) {
  constexpr std::string_view kPrefix = "kube-api-access-";
  const auto is_account = [&](const Json& entry) { return json_text(entry, "/name").starts_with(kPrefix); };
  const auto drop = [&](Json& holder, const char* key) {
    if (!holder.contains(key)) return;
    Json kept = Json::array();
    for (const Json& entry : holder.at(key)) {
      if (!is_account(entry)) kept.push_back(entry);
    }
    holder[key] = std::move(kept);
  };
  drop(spec, "volumes");
  for (Json& container : spec.at("containers")) drop(container, "volumeMounts");
}

/// A port by its number: a name would need a declared port.
void number_ports(Json& container, int port) {
  for (const char* probe : {"livenessProbe", "readinessProbe", "startupProbe"}) {
    if (container.contains(probe) && container[probe].contains("httpGet")) container[probe]["httpGet"]["port"] = port;
  }
  container.erase("ports");
}

}  // namespace

Result<Json> daemon_set_of(const Json& pod, const std::string& component) {
  int port = 0;
  for (const Component& known : kComponents) {
    if (component == known.name) port = known.port;
  }
  if (port == 0 || json_array(pod, "/spec/containers").empty())
    return infrastructure_error("DaemonSet " + component, "there is no static pod to make it of");
  Json spec = Json::object();
  for (const char* key : {"containers", "volumes", "hostNetwork", "dnsPolicy", "priorityClassName", "securityContext",
                          "terminationGracePeriodSeconds"}) {
    if (pod.at("spec").contains(key)) spec[key] = pod.at("spec").at(key);
  }
  drop_account(spec);
  for (Json& container : spec.at("containers")) number_ports(container, port);
  spec["automountServiceAccountToken"] = false;
  spec["nodeSelector"] = {{"node-role.kubernetes.io/control-plane", ""}};
  spec["tolerations"] = Json::array({{{"operator", "Exists"}}});
  const Json labels = {{"component", component}, {"tier", "control-plane"}};
  return Json{{"apiVersion", "apps/v1"},
              {"kind", "DaemonSet"},
              {"metadata", {{"name", component}, {"namespace", "kube-system"}, {"labels", labels}}},
              {"spec",
               {{"selector", {{"matchLabels", labels}}},
                {"template", {{"metadata", {{"labels", labels}}}, {"spec", std::move(spec)}}}}}};
}

namespace {

Status make_sets(kube::Api& api, const std::string& first_node, const Interrupt& interrupt) {
  for (const Component& component : kComponents) {
    if (api.get(fmt::format("{}/{}", kCollection, component.name), interrupt).ok()) continue;
    const auto pod =
        api.get(fmt::format("/api/v1/namespaces/kube-system/pods/{}-{}", component.name, first_node), interrupt);
    if (!pod.ok()) return pod.error();
    const auto set = daemon_set_of(*pod, component.name);
    if (!set.ok()) return set.error();
    const auto made = api.create(kCollection, *set, interrupt);
    if (!made.ok()) return made.error();
  }
  return Ok{};
}

/// Every node has its pod of both sets. They cannot start yet, the static pods hold their ports.
bool all_placed(kube::Api& api, std::size_t nodes, const Interrupt& interrupt) {
  for (const Component& component : kComponents) {
    const auto set = api.get(fmt::format("{}/{}", kCollection, component.name), interrupt);
    if (!set.ok() || json_get<std::size_t>(*set, "/status/currentNumberScheduled").value_or(0) < nodes) return false;
    const auto pods = api.get(
        fmt::format("/api/v1/namespaces/kube-system/pods?labelSelector=component%3D{}", component.name), interrupt);
    if (!pods.ok()) return false;
    std::size_t placed = 0;
    for (const Json& pod : json_array(*pods, "/items")) {
      const bool of_set = json_text(pod, "/metadata/ownerReferences/0/kind") == "DaemonSet";
      if (of_set && !json_text(pod, "/spec/nodeName").empty()) ++placed;
    }
    if (placed < nodes) return false;
  }
  return true;
}

}  // namespace

Status move_to_daemon_sets(const DaemonSetDoors& doors, const Topology& topology, const Interrupt& interrupt) {
  const std::vector<Node> nodes = topology.with_role(NodeRole::control_plane);
  kube::Api api(doors.client, topology.any_api_port(), kRequestTimeout);
  if (const Status made = make_sets(api, nodes.front().name, interrupt); !made.ok()) return made;
  const Instant give_up = doors.clock.now() + kPlaceTimeout;
  while (!all_placed(api, nodes.size(), interrupt)) {
    const Instant next = doors.clock.now() + kLookInterval;
    if (next >= give_up) return infrastructure_error("DaemonSets", "their pods were not placed on every control plane");
    if (!doors.clock.wait_until(next, interrupt)) return interrupted_error("DaemonSets");
  }
  for (const Node& node : nodes) {
    for (const Component& component : kComponents) {
      const auto moved =
          doors.docker.exec(node.name, {"sh", "-c", kMoveScript, "move", component.name}, {}, kMoveTimeout, interrupt);
      if (!moved.ok()) return moved.error();
    }
  }
  return Ok{};
}

}  // namespace hadrill
