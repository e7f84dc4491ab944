// Owns what the API tells of nodes, of the endpoints of a Service and of pods, as far as it decides who is served
// where. Pure: bytes to values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace hadrill {

/// What a watch of workloads is about.
enum class WorkloadKind {
  node,
  endpoint,  ///< of the EndpointSlices of a namespace: one per pod
  pod,       ///< of a namespace
};

/// The list of all of a kind. `namespace_`: not for nodes.
std::string workload_path(WorkloadKind kind, const std::string& namespace_);

/// One of them as it is now. `facts`: the members of the events node.changed, endpoint.changed, pod.changed.
struct WorkloadState {
  std::string key;  ///< tells it from others of its kind
  Json facts;

  friend bool operator==(const WorkloadState&, const WorkloadState&) = default;
};

/// What an object says: an EndpointSlice of as many endpoints as it has, another one of itself. Nothing of what is
/// none.
std::vector<WorkloadState> workload_states(WorkloadKind kind, const Json& object);

struct WorkloadList {
  std::int64_t version = 0;
  /// By object: an EndpointSlice that is told anew has all of its endpoints.
  std::map<std::string, std::vector<WorkloadState>> objects = {};
};
/// nullopt: not a list of that kind, whole.
std::optional<WorkloadList> read_workload_list(WorkloadKind kind, std::string_view body);

}  // namespace hadrill
