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

std::string in_namespace(const std::string& rest) {
  return fmt::format("/api/v1/namespaces/{}/{}", kOwnNamespace, rest);
}

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

Result<std::string> VantagePod::ensure(const Interrupt& interrupt) {
  const std::uint16_t port = *topology_.with_role(NodeRole::control_plane).front().api_port;
  kube::Api api(client_, port, kRequestTimeout);
  const std::string node = topology_.pod_node()->name;
  const auto described = api.get("/api/v1/nodes/" + node, interrupt);
  if (!described.ok()) return described.error();
  const std::string image = pause_image(*described);
  if (image.empty()) return infrastructure_error(fmt::format("pod {}", kPodName), "no pause image on " + node);
  const Json name_space = {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", kOwnNamespace}}}};
  const Instant give_up = clock_.now() + kRunningTimeout;
  std::string state = "not created";
  do {
    // A namespace of an earlier run may still be on its way out: then this creates it when it is gone.
    const auto made = api.create("/api/v1/namespaces", name_space, interrupt);
    const auto created = made.ok() ? api.create(in_namespace("pods"), vantage_pod(node, image), interrupt) : made;
    const auto pod = created.ok() ? api.get(in_namespace(fmt::format("pods/{}", kPodName)), interrupt)
                                  : Result<Json>(created.error());
    if (interrupt.raised()) return Error{ErrorKind::interrupted, "pod in the cluster", "interrupted", {}};
    if (!pod.ok()) {
      state = pod.error().text();
    } else {
      state = json_text(*pod, "/status/phase", "no status");
      const bool leaving = json_get<std::string>(*pod, "/metadata/deletionTimestamp").has_value();
      if (state == "Running" && !leaving) return json_text(*pod, "/metadata/uid");
      if (leaving) state = "being deleted";
    }
  } while (clock_.wait_until(clock_.now() + kCheckInterval, interrupt) && clock_.now() < give_up);
  if (interrupt.raised()) return Error{ErrorKind::interrupted, "pod in the cluster", "interrupted", {}};
  return infrastructure_error(fmt::format("pod {} on {}", kPodName, node),
                              fmt::format("does not run after {}: {}", format_duration(kRunningTimeout), state));
}

Status VantagePod::remove(const Interrupt& interrupt) {
  const std::uint16_t port = *topology_.with_role(NodeRole::control_plane).front().api_port;
  return kube::Api(client_, port, kRequestTimeout)
      .remove(fmt::format("/api/v1/namespaces/{}", kOwnNamespace), interrupt);
}

}  // namespace hadrill
