#include <ctime>
#include <sstream>

#include "kube/api.hpp"

namespace hadrill::kube {
namespace {

/// The entry of status.conditions with this type, or nullptr.
const Json* condition(const Json& object, const std::string& type) {
  for (const Json& entry : json_array(object, "/status/conditions")) {
    if (json_text(entry, "/type") == type) return &entry;
  }
  return nullptr;
}

std::string waiting_reason(const Json& pod) {
  for (const Json& container : json_array(pod, "/status/containerStatuses")) {
    const std::string reason = json_text(container, "/state/waiting/reason");
    if (!reason.empty()) return reason;
  }
  return {};
}

}  // namespace

std::string failing_checks(const std::string& body) {
  std::istringstream lines(body);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("[-]")) out += (out.empty() ? "" : ", ") + line.substr(3, line.find(" failed") - 3);
  }
  return out.empty() ? out : out + " failed";
}

std::optional<std::int64_t> parse_time(const std::string& text) {
  std::tm parts{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  // Beyond 2262 there is no room for nanoseconds; timegm takes years that are counted from 1900.
  constexpr int kLastYear = 2262 - 1900 - 1;
  if (rest == nullptr || parts.tm_year < 0 || parts.tm_year > kLastYear) return std::nullopt;
  std::int64_t ns = static_cast<std::int64_t>(timegm(&parts)) * 1'000'000'000;
  if (*rest == '.') {
    std::int64_t unit = 100'000'000;
    for (++rest; *rest >= '0' && *rest <= '9'; ++rest, unit /= 10) ns += (*rest - '0') * unit;
  }
  if (std::string_view(rest) != "Z") return std::nullopt;
  return ns;
}

std::vector<NodeStatus> read_nodes(const Json& list) {
  std::vector<NodeStatus> nodes;
  for (const Json& item : json_array(list, "/items")) {
    NodeStatus node;
    node.name = json_text(item, "/metadata/name");
    const Json* ready = condition(item, "Ready");
    node.ready = ready != nullptr && json_text(*ready, "/status") == "True";
    if (!node.ready) node.reason = ready != nullptr ? json_text(*ready, "/reason", "NotReady") : "no Ready condition";
    node.cordoned = json_get<bool>(item, "/spec/unschedulable").value_or(false);
    nodes.push_back(std::move(node));
  }
  return nodes;
}

std::vector<PodStatus> read_pods(const Json& list) {
  std::vector<PodStatus> pods;
  for (const Json& item : json_array(list, "/items")) {
    PodStatus pod;
    pod.name = json_text(item, "/metadata/name");
    pod.node = json_text(item, "/spec/nodeName");
    const Json* ready = condition(item, "Ready");
    pod.ready = ready != nullptr && json_text(*ready, "/status") == "True";
    for (const Json& container : json_array(item, "/status/containerStatuses")) {
      pod.restarts += json_get<int>(container, "/restartCount").value_or(0);
    }
    if (!pod.ready) {
      pod.reason = waiting_reason(item);
      if (pod.reason.empty() && ready != nullptr) pod.reason = json_text(*ready, "/reason");
      if (pod.reason.empty()) pod.reason = json_text(item, "/status/phase", "no status");
    }
    pods.push_back(std::move(pod));
  }
  return pods;
}

std::vector<RunningPod> read_running_pods(const Json& list) {
  std::vector<RunningPod> pods;
  for (const Json& item : json_array(list, "/items")) {
    const bool leaves = item.contains(Json::json_pointer("/metadata/deletionTimestamp"));
    if (leaves || json_text(item, "/status/phase") != "Running") continue;
    pods.push_back(
        {json_text(item, "/metadata/name"), json_text(item, "/metadata/uid"), json_text(item, "/spec/nodeName")});
  }
  return pods;
}

std::vector<WorkloadStatus> read_workloads(const Json& list) {
  std::vector<WorkloadStatus> workloads;
  for (const Json& item : json_array(list, "/items")) {
    WorkloadStatus workload;
    workload.name_space = json_text(item, "/metadata/namespace");
    workload.name = json_text(item, "/metadata/name");
    workload.wanted = json_get<int>(item, "/spec/replicas").value_or(0);
    workload.ready = json_get<int>(item, "/status/readyReplicas").value_or(0);
    workloads.push_back(std::move(workload));
  }
  return workloads;
}

std::string holder_host(const std::string& identity) { return identity.substr(0, identity.rfind('_')); }

std::map<std::string, std::string> read_lease_holders(const Json& list) {
  std::map<std::string, std::string> holders;
  for (const Json& item : json_array(list, "/items")) {
    const std::string holder = json_text(item, "/spec/holderIdentity");
    if (!holder.empty()) holders[json_text(item, "/metadata/name")] = holder_host(holder);
  }
  return holders;
}

Result<LeaseStatus> read_lease(const Json& object) {
  const auto renewed = parse_time(json_text(object, "/spec/renewTime"));
  if (!renewed) return infrastructure_error("Lease " + json_text(object, "/metadata/name"), "has no renewTime");
  LeaseStatus lease;
  lease.holder = json_text(object, "/spec/holderIdentity");
  lease.renewed_ns = *renewed;
  lease.duration = std::chrono::seconds(json_get<int>(object, "/spec/leaseDurationSeconds").value_or(0));
  lease.transitions = json_get<int>(object, "/spec/leaseTransitions").value_or(0);
  return lease;
}

}  // namespace hadrill::kube
