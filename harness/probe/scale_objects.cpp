#include "probe/scale_objects.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hadrill {
namespace {

constexpr const char* kLabel = "hadrill-scaled";

bool is_ready(const Json& pod) {
  const Json& conditions = json_array(pod, "/status/conditions");
  return std::any_of(conditions.begin(), conditions.end(), [](const Json& condition) {
    return json_text(condition, "/type") == "Ready" && json_text(condition, "/status") == "True";
  });
}

}  // namespace

std::string ScalePlace::deployments() const {
  return fmt::format("/apis/apps/v1/namespaces/{}/deployments", name_space);
}

std::string ScalePlace::scale_path() const { return fmt::format("{}/{}/scale", deployments(), name); }

std::string ScalePlace::pods_path() const {
  return fmt::format("/api/v1/namespaces/{}/pods?labelSelector={}%3D{}", name_space, kLabel, name);
}

Json scaled_deployment(const ScalePlace& place, const std::string& image) {
  const Json labels = {{kLabel, place.name}};
  const Json pod = {
      {"terminationGracePeriodSeconds", 0},
      {"automountServiceAccountToken", false},
      {"enableServiceLinks", false},
      {"containers", Json::array({{{"name", "pause"}, {"image", image}, {"imagePullPolicy", "IfNotPresent"}}})}};
  return {{"apiVersion", "apps/v1"},
          {"kind", "Deployment"},
          {"metadata", {{"name", place.name}, {"labels", {{"app.kubernetes.io/name", "hadrill"}}}}},
          {"spec",
           {{"replicas", 0},
            {"revisionHistoryLimit", 0},
            {"selector", {{"matchLabels", labels}}},
            {"template", {{"metadata", {{"labels", labels}}}, {"spec", pod}}}}}};
}

std::string scale_body(const ScalePlace& place, int replicas) {
  return Json{{"apiVersion", "autoscaling/v1"},
              {"kind", "Scale"},
              {"metadata", {{"name", place.name}, {"namespace", place.name_space}}},
              {"spec", {{"replicas", replicas}}}}
      .dump();
}

std::optional<std::vector<PodProgress>> read_pod_progress(std::string_view body) {
  const auto document = parse_json(body, "pods");
  if (!document.ok() || json_text(*document, "/kind") != "PodList") return std::nullopt;
  std::vector<PodProgress> pods;
  for (const Json& pod : json_array(*document, "/items")) {
    if (!json_text(pod, "/metadata/deletionTimestamp").empty()) continue;
    pods.push_back({!json_text(pod, "/spec/nodeName").empty(), is_ready(pod)});
  }
  return pods;
}

}  // namespace hadrill
