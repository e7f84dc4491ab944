#include "probe/workload_object.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "history/event_log.hpp"
#include "probe/watch_stream.hpp"

namespace hadrill {
namespace {

const char* list_kind(WorkloadKind kind) {
  switch (kind) {
    case WorkloadKind::node:
      return "NodeList";
    case WorkloadKind::endpoint:
      return "EndpointSliceList";
    case WorkloadKind::pod:
      return "PodList";
  }
  return "";
}

/// "True", "False" or "Unknown"; the last as well when it does not say.
std::string ready_condition(const Json& object) {
  for (const Json& condition : json_array(object, "/status/conditions")) {
    if (json_text(condition, "/type") == "Ready") return json_text(condition, "/status", "Unknown");
  }
  return "Unknown";
}

bool evicts(const Json& node) {
  const Json& taints = json_array(node, "/spec/taints");
  return std::any_of(taints.begin(), taints.end(),
                     [](const Json& taint) { return json_text(taint, "/effect") == "NoExecute"; });
}

WorkloadState node_state(const Json& node) {
  const std::string name = json_text(node, "/metadata/name");
  return {name, {{"node", name}, {"ready", ready_condition(node)}, {"evicts", evicts(node)}}};
}

/// The Deployment of a ReplicaSet's pod, "" of any other: the name of the ReplicaSet without the hash of the template.
std::string deployment_of(const Json& pod) {
  const std::string owner = json_text(pod, "/metadata/ownerReferences/0/name");
  const std::string hash = json_text(pod, "/metadata/labels/pod-template-hash");
  const std::string suffix = "-" + hash;
  const bool made_by_one = json_text(pod, "/metadata/ownerReferences/0/kind") == "ReplicaSet" && !hash.empty();
  if (!made_by_one || !owner.ends_with(suffix) || owner.size() == suffix.size()) return "";
  return owner.substr(0, owner.size() - suffix.size());
}

/// Whether the taint of a node that is not reached, node.kubernetes.io/unreachable:NoExecute, is tolerated.
bool tolerates_unreachable(const Json& toleration) {
  const std::string effect = json_text(toleration, "/effect");
  const std::string key = json_text(toleration, "/key");
  const bool exists = json_text(toleration, "/operator", "Equal") == "Exists";
  if (!effect.empty() && effect != "NoExecute") return false;
  if (key.empty()) return exists;
  return key == "node.kubernetes.io/unreachable" && (exists || json_text(toleration, "/value").empty());
}

/// Seconds that the pod stays on a node that is not reached; null: forever. Source: pkg/controller/tainteviction, which
/// takes the first toleration that fits.
Json unreachable_toleration(const Json& pod) {
  for (const Json& toleration : json_array(pod, "/spec/tolerations")) {
    if (!tolerates_unreachable(toleration)) continue;
    const auto seconds = json_integer(toleration, "/tolerationSeconds");
    return seconds ? Json(std::max<std::int64_t>(0, *seconds)) : Json();
  }
  return 0;
}

/// What a readiness probe asks; "" without one.
std::string asks_by(const Json& probe) {
  for (const char* kind : {"httpGet", "grpc", "tcpSocket", "exec"}) {
    if (probe.contains(kind)) return kind;
  }
  return "";
}

/// Of each container, in their order. What a probe does not set the API server has filled in.
Json readiness_probes(const Json& pod) {
  Json probes = Json::array();
  for (const Json& container : json_array(pod, "/spec/containers")) {
    const Json probe = container.is_object() ? container.value("readinessProbe", Json::object()) : Json::object();
    const auto count = [&probe](const char* pointer, std::int64_t otherwise, std::int64_t least = 1) {
      return std::max<std::int64_t>(least, json_integer(probe, pointer).value_or(otherwise));
    };
    probes.push_back({{"by", probe.is_object() ? asks_by(probe) : ""},
                      {"periodS", count("/periodSeconds", 10)},
                      {"timeoutS", count("/timeoutSeconds", 1)},
                      {"failures", count("/failureThreshold", 3)},
                      {"delayS", count("/initialDelaySeconds", 0, 0)},
                      {"successes", count("/successThreshold", 1)},
                      {"startup", container.is_object() && container.contains("startupProbe")}});
  }
  return probes;
}

WorkloadState pod_state(const Json& pod) {
  const std::string uid = json_text(pod, "/metadata/uid");
  return {uid,
          {{"namespace", json_text(pod, "/metadata/namespace")},
           {"pod", json_text(pod, "/metadata/name")},
           {"uid", uid},
           {"owner", json_text(pod, "/metadata/ownerReferences/0/uid")},
           {"ownerKind", json_text(pod, "/metadata/ownerReferences/0/kind")},
           {"deployment", deployment_of(pod)},
           {"toleratesUnreachableS", unreachable_toleration(pod)},
           {"readiness", readiness_probes(pod)},
           {"node", json_text(pod, "/spec/nodeName")},
           {"phase", json_text(pod, "/status/phase")},
           {"ready", ready_condition(pod) == "True"},
           {"leaving", json_get<std::string>(pod, "/metadata/deletionTimestamp").has_value()}}};
}

std::vector<WorkloadState> endpoint_states(const Json& slice) {
  const std::string service = json_text(slice, "/metadata/labels/kubernetes.io~1service-name");
  const std::string name_space = json_text(slice, "/metadata/namespace");
  std::vector<WorkloadState> states;
  if (service.empty()) return states;
  for (const Json& endpoint : json_array(slice, "/endpoints")) {
    const std::string pod = json_text(endpoint, "/targetRef/name");
    if (pod.empty()) continue;
    // Missing conditions mean ready, by the API's own word.
    states.push_back({name_space + "/" + service + "/" + pod,
                      {{"namespace", name_space},
                       {"service", service},
                       {"pod", pod},
                       {"node", json_text(endpoint, "/nodeName")},
                       {"ready", json_get<bool>(endpoint, "/conditions/ready").value_or(true)},
                       {"terminating", json_get<bool>(endpoint, "/conditions/terminating").value_or(false)}}});
  }
  return states;
}

}  // namespace

std::string workload_path(WorkloadKind kind, const std::string& namespace_) {
  switch (kind) {
    case WorkloadKind::node:
      return "/api/v1/nodes";
    case WorkloadKind::endpoint:
      return fmt::format("/apis/discovery.k8s.io/v1/namespaces/{}/endpointslices", namespace_);
    case WorkloadKind::pod:
      return fmt::format("/api/v1/namespaces/{}/pods", namespace_);
  }
  return "";
}

std::vector<WorkloadState> workload_states(WorkloadKind kind, const Json& object) {
  if (json_text(object, "/metadata/name").empty()) return {};
  switch (kind) {
    case WorkloadKind::node:
      return {node_state(object)};
    case WorkloadKind::endpoint:
      return endpoint_states(object);
    case WorkloadKind::pod:
      return {pod_state(object)};
  }
  return {};
}

std::optional<WorkloadList> read_workload_list(WorkloadKind kind, std::string_view body) {
  const auto document = parse_json(body, "list");
  if (!document.ok() || json_text(*document, "/kind") != list_kind(kind)) return std::nullopt;
  const auto version = version_of(*document);
  if (!version) return std::nullopt;
  WorkloadList list{*version, {}};
  for (const Json& item : json_array(*document, "/items")) {
    const std::string name = json_text(item, "/metadata/name");
    if (!name.empty()) list.objects[name] = workload_states(kind, item);
  }
  return list;
}

}  // namespace hadrill
