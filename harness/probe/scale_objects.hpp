// Owns what the scaled Deployment and its pods look like in the API. Pure: values to bytes and back.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace hadrill {

/// Where the Deployment lies.
struct ScalePlace {
  std::string name_space;
  std::string name;  ///< of the Deployment; in a label of its pods

  std::string deployments() const;  ///< path of the collection
  std::string scale_path() const;
  /// A consistent list of its pods.
  std::string pods_path() const;
};

/// The Deployment as it is created: no replicas yet, pods that do nothing and end at once.
Json scaled_deployment(const ScalePlace& place, const std::string& image);
/// Body of a PUT to scale_path.
std::string scale_body(const ScalePlace& place, int replicas);

/// How far a pod has come. Each stage is the work of somebody else: controller manager, scheduler, kubelet.
struct PodProgress {
  bool bound = false;
  bool ready = false;

  friend bool operator==(const PodProgress&, const PodProgress&) = default;
};

/// The pods of a list that are not being deleted. nullopt: not a list of pods, whole.
std::optional<std::vector<PodProgress>> read_pod_progress(std::string_view body);

}  // namespace hadrill
