#include "cluster/vantage_pod.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"
#include "kube/api.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kRequestTimeout = 5s;
/// A sandbox on a busy node takes seconds; a namespace needs the controller manager to make its service account first.
constexpr auto kRunningTimeout = 60s;
constexpr auto kCheckInterval = 250ms;
constexpr const char* kPodName = "vantage";

}  // namespace

std::string pause_image(const Json& node) {
  for (const Json& image : json_array(node, "/status/images")) {
    for (const Json& name : json_array(image, "/names")) {
      // Names with a digest come first; the tag is what the runtime's own configuration uses.
      const std::string text = name.is_string() ? name.get<std::string>() : "";
      if (text.find("/pause:") != std::string::npos && text.find('@') == std::string::npos) return text;
    }
  }
  return {};
}

Json vantage_pod(const std::string& node, const std::string& image) {
  return {
      {"apiVersion", "v1"},
      {"kind", "Pod"},
      {"metadata", {{"name", kPodName}, {"labels", {{"app.kubernetes.io/name", "hadrill"}}}}},
      {"spec",
       {{"nodeName", node},
        {"automountServiceAccountToken", false},
        {"enableServiceLinks", false},
        {"terminationGracePeriodSeconds", 0},
        // It has to stay where it is, whatever happens to the node.
        {"tolerations", Json::array({{{"operator", "Exists"}}})},
        {"containers", Json::array({{{"name", "pause"}, {"image", image}, {"imagePullPolicy", "IfNotPresent"}}})}}}};
}

Result<std::string> pause_image_on(const std::string& node, http::Client& client, const Topology& topology,
                                   const Interrupt& interrupt) {
  const auto described =
      kube::Api(client, topology.any_api_port(), kRequestTimeout).get("/api/v1/nodes/" + node, interrupt);
  if (!described.ok()) return described.error();
  std::string image = pause_image(*described);
  if (image.empty()) return infrastructure_error("node " + node, "has no pause image");
  return image;
}

Result<std::string> VantagePod::ensure(const Interrupt& interrupt) {
  const std::string node = topology_.pod_node()->name;
  const auto image = pause_image_on(node, client_, topology_, interrupt);
  if (!image.ok()) return image.error();
  kube::Api api(client_, topology_.any_api_port(), kRequestTimeout);
  const std::string pods = fmt::format("/api/v1/namespaces/{}/pods", name_space_);
  const Instant give_up = clock_.now() + kRunningTimeout;
  std::string state = "not created";
  do {
    const auto created = api.create(pods, vantage_pod(node, *image), interrupt);
    const auto pod =
        created.ok() ? api.get(fmt::format("{}/{}", pods, kPodName), interrupt) : Result<Json>(created.error());
    if (interrupt.raised()) return interrupted_error("pod in the cluster");
    if (!pod.ok()) {
      state = pod.error().text();
    } else {
      state = json_text(*pod, "/status/phase", "no status");
      const bool leaving = json_get<std::string>(*pod, "/metadata/deletionTimestamp").has_value();
      if (state == "Running" && !leaving) return json_text(*pod, "/metadata/uid");
      if (leaving) state = "being deleted";
    }
  } while (clock_.wait_until(clock_.now() + kCheckInterval, interrupt) && clock_.now() < give_up);
  if (interrupt.raised()) return interrupted_error("pod in the cluster");
  return infrastructure_error(fmt::format("pod {} on {}", kPodName, node),
                              fmt::format("does not run after {}: {}", format_duration(kRunningTimeout), state));
}

}  // namespace hadrill
