#include "kube/api.hpp"

#include <fmt/format.h>

#include "kube/answer.hpp"

namespace hadrill::kube {
namespace {

constexpr const char* kLeases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";

/// "name=value,name=value" for a URL; of what labels may hold, only "/" needs it as well.
std::string encoded_selector(const std::map<std::string, std::string>& labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    if (!out.empty()) out += "%2C";
    for (const char c : name) out += c == '/' ? std::string("%2F") : std::string(1, c);
    out += "%3D" + value;
  }
  return out;
}

}  // namespace

http::Request Api::request(const std::string& path, const char* method) const {
  http::Request request;
  request.method = method;
  request.url = fmt::format("https://127.0.0.1:{}{}", port_, path);
  request.timeout = timeout_;
  return request;
}

std::optional<std::string> Api::not_ready_reason(const Interrupt& interrupt) {
  const http::Transfer transfer = client_.send(request("/readyz"), interrupt);
  if (transfer.ending == http::Ending::response && transfer.status == 200) return std::nullopt;
  const std::string checks = failing_checks(transfer.body);
  return "/readyz: " + (checks.empty() ? describe(transfer) : checks);
}

Result<Json> Api::get(const std::string& path, const Interrupt& interrupt) {
  const http::Transfer transfer = client_.send(request(path), interrupt);
  if (interrupt.raised()) return interrupted_error("GET " + path);
  if (transfer.ending != http::Ending::response || transfer.status != 200) {
    return infrastructure_error("GET " + path, describe(transfer));
  }
  return parse_json(transfer.body, "GET " + path);
}

Result<std::optional<Json>> Api::create(const std::string& path, const Json& object, const Interrupt& interrupt) {
  constexpr int kCreated = 201;
  constexpr int kConflict = 409;
  http::Request post = request(path, "POST");
  post.body = object.dump();
  const http::Transfer transfer = client_.send(post, interrupt);
  if (interrupt.raised()) return interrupted_error("POST " + path);
  if (transfer.ending == http::Ending::response && transfer.status == kConflict) return std::optional<Json>();
  if (transfer.ending != http::Ending::response || transfer.status != kCreated) {
    return infrastructure_error("POST " + path, describe(transfer));
  }
  auto created = parse_json(transfer.body, "POST " + path);
  if (!created.ok()) return created.error();
  return std::optional(std::move(*created));
}

Result<std::vector<NodeStatus>> Api::nodes(const Interrupt& interrupt) {
  const Result<Json> list = get("/api/v1/nodes", interrupt);
  if (!list.ok()) return list.error();
  return read_nodes(*list);
}

Result<std::vector<PodStatus>> Api::pods(const std::string& name_space, const Interrupt& interrupt) {
  const Result<Json> list = get("/api/v1/namespaces/" + name_space + "/pods", interrupt);
  if (!list.ok()) return list.error();
  return read_pods(*list);
}

Result<std::vector<WorkloadStatus>> Api::workloads(const Interrupt& interrupt) {
  std::vector<WorkloadStatus> all;
  for (const char* kind : {"deployments", "statefulsets"}) {
    const Result<Json> list = get(fmt::format("/apis/apps/v1/{}", kind), interrupt);
    if (!list.ok()) return list.error();
    for (WorkloadStatus& workload : read_workloads(*list)) all.push_back(std::move(workload));
  }
  return all;
}

Result<std::vector<RunningPod>> Api::running_pods(const std::string& name_space,
                                                  const std::map<std::string, std::string>& labels,
                                                  const Interrupt& interrupt) {
  const Result<Json> list =
      get(fmt::format("/api/v1/namespaces/{}/pods?labelSelector={}", name_space, encoded_selector(labels)), interrupt);
  if (!list.ok()) return list.error();
  return read_running_pods(*list);
}

Result<std::map<std::string, std::string>> Api::lease_holders(const Interrupt& interrupt) {
  const Result<Json> list = get(kLeases, interrupt);
  if (!list.ok()) return list.error();
  return read_lease_holders(*list);
}

Result<LeaseStatus> Api::lease(const std::string& name, const Interrupt& interrupt) {
  const Result<Json> object = get(fmt::format("{}/{}", kLeases, name), interrupt);
  if (!object.ok()) return object.error();
  return read_lease(*object);
}

Result<std::string> Api::serving_certificate(const Interrupt& interrupt) {
  http::Request fresh = request("/readyz");
  fresh.connection = http::ConnectionUse::fresh;
  const http::Transfer transfer = client_.send(fresh, interrupt);
  if (transfer.certificate_serial.empty()) return infrastructure_error("new connection", describe(transfer));
  return transfer.certificate_serial;
}

}  // namespace hadrill::kube
