#include "cluster/environment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "bounds/texts.hpp"
#include "kube/api.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kRequestTimeout = 5s;
constexpr const char* kRoleLabel = "/Config/Labels/io.x-k8s.kind.role";

/// The kubelet numbers the logs of a container by how often it was started again. Source: pkg/kubelet/kuberuntime
/// (buildContainerLogsPath).
constexpr const char* kMemberRestartsScript =
    R"(ls /var/log/pods/kube-system_etcd-*/etcd/ | sed -nE 's/^([0-9]+)\.log$/\1/p' | sort -n | tail -n 1)";

constexpr std::uint16_t kApiPort = 6443;
/// The range that Kubernetes takes NodePorts from by default.
constexpr std::uint16_t kFirstNodePort = 30000;
constexpr std::uint16_t kLastNodePort = 32767;

/// The number that `text` begins with; nullopt for none, or 0.
std::optional<std::uint16_t> port_in(const std::string& text) {
  std::uint16_t port = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
  return parsed.ec == std::errc() && port != 0 ? std::optional(port) : std::nullopt;
}

/// TCP ports of the container that are published, and on the host as what.
std::map<std::uint16_t, std::uint16_t> published_ports(const Json& inspect) {
  std::map<std::uint16_t, std::uint16_t> out;
  const Json ports = inspect.value("/NetworkSettings/Ports"_json_pointer, Json::object());
  for (const auto& [inside, bindings] : ports.items()) {
    const auto container_port = port_in(inside);
    if (!container_port || !inside.ends_with("/tcp") || !bindings.is_array()) continue;
    for (const Json& binding : bindings) {
      const auto port = port_in(json_text(binding, "/HostPort"));
      if (port) out.emplace(*container_port, *port);
    }
  }
  return out;
}

std::string address(const Json& inspect) {
  const Json networks = inspect.value("/NetworkSettings/Networks"_json_pointer, Json::object());
  for (const auto& [name, network] : networks.items()) {
    const std::string found = json_text(network, "/IPAddress");
    if (!found.empty()) return found;
  }
  return {};
}

int order(NodeRole role) {
  switch (role) {
    case NodeRole::control_plane:
      return 0;
    case NodeRole::worker:
      return 1;
    case NodeRole::etcd:
      return 2;
    case NodeRole::load_balancer:
      return 3;
    case NodeRole::node_load_balancer:
      return 4;
  }
  return 5;
}

bool in_range(int port) { return port > 0 && port <= std::numeric_limits<std::uint16_t>::max(); }

bool serves_api(NodeRole role) { return role == NodeRole::control_plane || role == NodeRole::load_balancer; }

}  // namespace

std::optional<NodeRole> read_role(const Json& inspect) {
  const Json labels = inspect.value("/Config/Labels"_json_pointer, Json::object());
  const std::string own_role = labels.value(kOwnRoleLabel, "");
  for (const NodeRole own : {NodeRole::etcd, NodeRole::node_load_balancer}) {
    if (own_role == to_string(own)) return own;
  }
  const std::string role = json_text(inspect, kRoleLabel);
  if (role == "control-plane") return NodeRole::control_plane;
  if (role == "worker") return NodeRole::worker;
  if (role == "external-load-balancer") return NodeRole::load_balancer;
  return std::nullopt;
}

Result<Topology> read_topology(const std::string& cluster, const std::vector<Container>& containers) {
  Topology topology{cluster, {}};
  for (const Container& container : containers) {
    const auto role = read_role(container.inspect);
    if (!role) continue;
    Node node{container.name, *role, container.id, address(container.inspect), std::nullopt};
    for (const auto& [inside, outside] : published_ports(container.inspect)) {
      if (inside == kApiPort && serves_api(node.role)) node.api_port = outside;
      if (inside >= kFirstNodePort && inside <= kLastNodePort) node.node_ports[inside] = outside;
    }
    if (node.address.empty()) return infrastructure_error("topology", node.name + " has no address: is it running?");
    if (serves_api(node.role) && !node.api_port) {
      return infrastructure_error("topology", node.name + " publishes no API port on 127.0.0.1");
    }
    topology.nodes.push_back(std::move(node));
  }
  std::sort(topology.nodes.begin(), topology.nodes.end(), [](const Node& a, const Node& b) {
    return order(a.role) != order(b.role) ? order(a.role) < order(b.role) : a.name < b.name;
  });
  if (topology.with_role(NodeRole::control_plane).empty())
    return infrastructure_error("topology", "no control plane among the containers");
  return topology;
}

std::optional<ServiceAddress> read_service(const Json& service, const std::string& port_name) {
  const std::string address = json_text(service, "/spec/clusterIP");
  if (address.empty() || address == "None") return std::nullopt;
  for (const Json& port : json_array(service, "/spec/ports")) {
    if (json_text(port, "/protocol", "TCP") != "TCP") continue;
    if (!port_name.empty() && json_text(port, "/name") != port_name) continue;
    const int number = json_get<int>(port, "/port").value_or(0);
    const int node_port = json_get<int>(port, "/nodePort").value_or(0);
    if (in_range(number))
      return ServiceAddress{address, static_cast<std::uint16_t>(number),
                            in_range(node_port) ? static_cast<std::uint16_t>(node_port) : std::uint16_t{0}};
  }
  return std::nullopt;
}

std::vector<PodAddress> read_endpoints(const Json& slices, const std::string& port_name) {
  std::vector<PodAddress> pods;
  for (const Json& slice : json_array(slices, "/items")) {
    int number = 0;
    for (const Json& port : json_array(slice, "/ports")) {
      if (json_text(port, "/name") == port_name) number = json_get<int>(port, "/port").value_or(0);
    }
    if (!in_range(number) || json_text(slice, "/addressType") != "IPv4") continue;
    for (const Json& endpoint : json_array(slice, "/endpoints")) {
      const std::string pod = json_text(endpoint, "/targetRef/name");
      // Missing conditions mean ready, by the API's own word.
      if (pod.empty() || !json_get<bool>(endpoint, "/conditions/ready").value_or(true)) continue;
      pods.push_back({pod, json_text(endpoint, "/nodeName"), json_text(endpoint, "/addresses/0"),
                      static_cast<std::uint16_t>(number)});
    }
  }
  std::sort(pods.begin(), pods.end(), [](const PodAddress& a, const PodAddress& b) { return a.pod < b.pod; });
  return pods;
}

Result<ServiceAddress> find_service(http::Client& client, const Topology& topology, const std::string& name_space,
                                    const std::string& name, const std::string& port, const Interrupt& interrupt) {
  kube::Api api(client, topology.any_api_port(), kRequestTimeout);
  const auto service = api.get(fmt::format("/api/v1/namespaces/{}/services/{}", name_space, name), interrupt);
  if (!service.ok()) return service.error();
  const auto address = read_service(*service, port);
  if (!address)
    return infrastructure_error("Service " + name + "." + name_space, fmt::format("has no TCP port called {}", port));
  return *address;
}

Result<std::vector<PodAddress>> find_pods(http::Client& client, const Topology& topology, const std::string& name_space,
                                          const std::string& name, const std::string& port,
                                          const Interrupt& interrupt) {
  kube::Api api(client, topology.any_api_port(), kRequestTimeout);
  const auto slices = api.get(
      fmt::format(
          "/apis/discovery.k8s.io/v1/namespaces/{}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3D{}",
          name_space, name),
      interrupt);
  if (!slices.ok()) return slices.error();
  return read_endpoints(*slices, port);
}

Status read_services(http::Client& client, Topology& topology, const Interrupt& interrupt) {
  kube::Api api(client, topology.any_api_port(), kRequestTimeout);
  const auto find = [&](const std::string& name_space, const std::string& name) {
    const auto list = api.get(
        fmt::format("/api/v1/namespaces/{}/services?fieldSelector=metadata.name%3D{}", name_space, name), interrupt);
    if (!list.ok()) return Result<Json>(list.error());
    const Json& items = json_array(*list, "/items");
    return Result<Json>(items.empty() ? Json::object() : items.front());
  };
  const auto kubernetes = find("default", "kubernetes");
  if (!kubernetes.ok()) return kubernetes.error();
  const auto dns = find("kube-system", "kube-dns");
  if (!dns.ok()) return dns.error();
  topology.api_service = read_service(*kubernetes, "");
  topology.dns_metrics_service = read_service(*dns, "metrics");
  return Ok{};
}

Json read_flags(const Json& pod_list) {
  Json flags = Json::object();
  for (const Json& pod : json_array(pod_list, "/items")) {
    const std::string component = json_text(pod, "/metadata/labels/component");
    const std::string node = json_text(pod, "/spec/nodeName");
    if (component.empty() || node.empty() || json_array(pod, "/spec/containers").empty()) continue;
    Json& into = flags[node][component] = Json::object();
    for (const Json& word : json_array(pod, "/spec/containers/0/command")) {
      const std::string text = word.is_string() ? word.get<std::string>() : "";
      if (!text.starts_with("--")) continue;
      const std::size_t equals = text.find('=');
      into[text.substr(0, equals)] = equals == std::string::npos ? "true" : text.substr(equals + 1);
    }
  }
  return flags;
}

Json read_member_restarts(Docker& docker, const Topology& topology, const Interrupt& interrupt) {
  Json restarts = Json::object();
  for (const Node& node : topology.with_role(NodeRole::etcd)) {
    const auto said = docker.exec(node.name, {"sh", "-c", kMemberRestartsScript}, "", kRequestTimeout, interrupt);
    const auto count = said.ok() ? bounds::parse_count(said->out.substr(0, said->out.find('\n'))) : std::nullopt;
    if (count) restarts["etcd-" + node.name] = *count;
  }
  return restarts;
}

Result<Json> read_environment(Docker& docker, Kind& kind, http::Client& client, const Prepared& prepared,
                              const Topology& topology, const Interrupt& interrupt) {
  const auto engine = docker.info(interrupt);
  if (!engine.ok()) return engine.error();
  const auto kind_version = kind.version(interrupt);
  if (!kind_version.ok()) return kind_version.error();
  const auto stand_in = docker.image_label(prepared.load_balancer_image, "io.hadrill.stand-in", interrupt);
  if (!stand_in.ok()) return stand_in.error();
  const auto node_image_id = docker.image_id(prepared.node_image, interrupt);
  if (!node_image_id.ok()) return node_image_id.error();
  kube::Api api(client, topology.any_api_port(), kRequestTimeout);
  const auto version = api.get("/version", interrupt);
  if (!version.ok()) return version.error();
  const auto pods = api.get("/api/v1/namespaces/kube-system/pods?labelSelector=tier%3Dcontrol-plane", interrupt);
  if (!pods.ok()) return pods.error();
  Json restarts = read_member_restarts(docker, topology, interrupt);
  for (const kube::PodStatus& pod : kube::read_pods(*pods)) restarts[pod.name] = pod.restarts;
  return Json{
      {"schema", "hadrill/environment/v1"},
      {"versions",
       {{"kubernetes", json_text(*version, "/gitVersion")}, {"kind", *kind_version}, {"engine", engine->version}}},
      {"images",
       {{"node", prepared.node_image},
        {"nodeId", *node_image_id},
        {"loadBalancer", prepared.load_balancer_image},
        {"loadBalancerKind", stand_in->empty() ? "as named" : *stand_in + " stand-in"}}},
      {"machine",
       {{"cpus", engine->cpus},
        {"memoryBytes", engine->memory_bytes},
        {"kernel", engine->kernel},
        {"cgroupVersion", engine->cgroup_version},
        {"storageDriver", engine->storage_driver}}},
      {"topology", to_json(topology)},
      {"flags", read_flags(*pods)},
      {"restarts", std::move(restarts)}};
}

}  // namespace hadrill
