#include "fault/node_pods.hpp"

#include <fmt/format.h>

#include "fault/cordon.hpp"
#include "kube/own_namespace.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kLookTimeout = 20s;
constexpr const char* kMirror = "kubernetes.io/config.mirror";

/// $1: node.
constexpr const char* kPodsScript = R"sh(
api get --raw "/api/v1/pods?fieldSelector=spec.nodeName%3D$1"
)sh";

std::string controller_of(const Json& pod) {
  for (const Json& owner : json_array(pod, "/metadata/ownerReferences")) {
    if (json_get<bool>(owner, "/controller").value_or(false)) return json_text(owner, "/kind");
  }
  return {};
}

}  // namespace

std::vector<NodePod> read_node_pods(const Json& list) {
  std::vector<NodePod> pods;
  for (const Json& item : json_array(list, "/items")) {
    NodePod pod;
    pod.namespace_ = json_text(item, "/metadata/namespace");
    pod.name = json_text(item, "/metadata/name");
    pod.uid = json_text(item, "/metadata/uid");
    pod.controller = controller_of(item);
    pod.is_static = item.value("/metadata/annotations"_json_pointer, Json::object()).contains(kMirror);
    const std::string phase = json_text(item, "/status/phase");
    pod.finished = phase == "Succeeded" || phase == "Failed";
    pod.ours = pod.namespace_.starts_with(kube::kOwnNamespacePrefix);
    pods.push_back(std::move(pod));
  }
  return pods;
}

Result<std::vector<NodePod>> pods_on_node(Docker& docker, const std::vector<std::string>& control_planes,
                                          const std::string& node, const Interrupt& interrupt) {
  const auto said =
      in_a_control_plane(docker, control_planes, kPodsScript, {"hadrill-look", node}, kLookTimeout, interrupt);
  if (!said.ok()) return said.error();
  const auto list = parse_json(*said, "pods on " + node);
  if (!list.ok()) return list.error();
  return read_node_pods(*list);
}

std::string names_of(const std::vector<NodePod>& pods) {
  std::vector<std::string> names;
  for (const NodePod& pod : pods) names.push_back(pod.text());
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace hadrill
