#include "cluster/readiness.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cluster/live_state.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kRequestTimeout = 3s;
constexpr auto kEtcdTimeout = 10s;
/// New connections tried through the load balancer per API server, until every one was met.
constexpr int kConnectionsPerServer = 4;

/// Asks the member on its loopback address: curl is in every kind node image, etcdctl is not.
constexpr const char* kEtcdScript = R"(set -eu
ask() {
  curl --silent --show-error --max-time 3 --cacert /etc/kubernetes/pki/etcd/ca.crt \
    --cert /etc/kubernetes/pki/etcd/healthcheck-client.crt --key /etc/kubernetes/pki/etcd/healthcheck-client.key \
    --request POST --data '{}' "https://127.0.0.1:2379/v3/$1" | tr -d '\n'
  echo
}
ask maintenance/status
ask cluster/member/list
)";

}  // namespace

bool Check::holds() const {
  return !conditions.empty() &&
         std::all_of(conditions.begin(), conditions.end(), [](const Condition& c) { return c.holds(); });
}

std::string Check::reasons() const {
  std::string out;
  for (const Condition& condition : conditions) {
    if (!condition.holds()) out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", condition.name, condition.reason);
  }
  return out;
}

Condition Readiness::api_servers(const Interrupt& interrupt) {
  Condition out{condition::api_servers, {}};
  for (const Node& node : topology_.with_role(NodeRole::control_plane)) {
    if (!node.api_port) return {out.name, node.name + " has no published API port"};
    kube::Api api(client_, *node.api_port, kRequestTimeout);
    if (const auto reason = api.not_ready_reason(interrupt))
      out.reason += fmt::format("{}{}: {}", out.reason.empty() ? "" : "; ", node.name, *reason);
  }
  return out;
}

Condition Readiness::load_balancer(const Interrupt& interrupt) {
  const Node* balancer = topology_.load_balancer();
  const auto servers = topology_.with_role(NodeRole::control_plane);
  if (balancer == nullptr || !balancer->api_port) return {condition::load_balancer, "has no published port"};
  std::set<std::string> expected;
  for (const Node& node : servers) {
    std::string& known = certificates_[node.name];
    if (known.empty()) {
      const auto serial = kube::Api(client_, *node.api_port, kRequestTimeout).serving_certificate(interrupt);
      if (!serial.ok()) return {condition::load_balancer, node.name + ": " + serial.error().message};
      known = *serial;
    }
    expected.insert(known);
  }
  std::set<std::string> seen;
  std::string trouble;
  for (int i = 0; i < kConnectionsPerServer * static_cast<int>(servers.size()) && seen.size() < expected.size(); ++i) {
    const auto serial = kube::Api(client_, *balancer->api_port, kRequestTimeout).serving_certificate(interrupt);
    if (serial.ok()) {
      seen.insert(*serial);
    } else {
      trouble = serial.error().message;
    }
    if (interrupt.raised()) break;
  }
  return load_balancer_condition(expected, seen, trouble);
}

Condition Readiness::node_load_balancer(const Node& balancer, const Interrupt& interrupt) {
  if (balancer.node_ports.empty()) return {condition::node_load_balancer, "has no published port"};
  http::Request request;
  request.url = fmt::format("http://127.0.0.1:{}/", balancer.node_ports.begin()->second);
  request.timeout = kRequestTimeout;
  request.connection = http::ConnectionUse::fresh;
  return node_load_balancer_condition(client_.send(request, interrupt));
}

std::vector<Result<kube::EtcdStatus>> read_etcd_statuses(Docker& docker, const std::vector<Node>& members,
                                                         const Interrupt& interrupt) {
  std::vector<Result<kube::EtcdStatus>> statuses;
  for (const Node& node : members) {
    const auto said = docker.exec(node.name, {"sh", "-c", kEtcdScript}, {}, kEtcdTimeout, interrupt);
    if (said.ok()) {
      statuses.push_back(kube::read_etcd_status(said->out, node.name));
    } else {
      statuses.emplace_back(said.error());
    }
  }
  return statuses;
}

Check Readiness::check(const Interrupt& interrupt) {
  Check out;
  out.start = clock_.now();
  out.conditions.push_back(api_servers(interrupt));
  if (out.conditions.front().holds()) {
    out.conditions.push_back(load_balancer(interrupt));
    if (const Node* balancer = topology_.node_load_balancer())
      out.conditions.push_back(node_load_balancer(*balancer, interrupt));
    const auto members = topology_.etcd_nodes();
    kube::Api api(client_, topology_.any_api_port(), kRequestTimeout);
    out.conditions.push_back(nodes_condition(topology_, api.nodes(interrupt)));
    const auto pods = api.pods("kube-system", interrupt);
    out.conditions.push_back(pods_condition(topology_, pods));
    out.conditions.push_back(coredns_condition(pods));
    out.conditions.push_back(workloads_condition(api.workloads(interrupt)));
    const auto manager = api.lease("kube-controller-manager", interrupt);
    const auto scheduler = api.lease("kube-scheduler", interrupt);
    out.conditions.push_back(leases_condition(manager, scheduler, ClockPair::read().realtime_ns));
    // Costs a process per node, so only once everything else holds.
    if (out.holds()) out.conditions.push_back(etcd_condition(members, read_etcd_statuses(docker_, members, interrupt)));
  }
  out.end = clock_.now();
  return out;
}

Leadership Readiness::leadership(const Interrupt& interrupt) {
  Leadership out;
  const auto members = topology_.etcd_nodes();
  out.etcd = etcd_leader_node(members, read_etcd_statuses(docker_, members, interrupt));
  for (const Node& node : topology_.with_role(NodeRole::control_plane)) {
    if (!node.api_port) continue;
    kube::Api api(client_, *node.api_port, kRequestTimeout);
    const auto manager = api.lease("kube-controller-manager", interrupt);
    const auto scheduler = api.lease("kube-scheduler", interrupt);
    if (manager.ok()) out.controller_manager = lease_node(topology_, *manager);
    if (scheduler.ok()) out.scheduler = lease_node(topology_, *scheduler);
    if (manager.ok() && scheduler.ok()) break;
  }
  return out;
}

LiveHealth Readiness::health(const Interrupt& interrupt) {
  LiveHealth health;
  const auto members = topology_.etcd_nodes();
  const auto statuses = read_etcd_statuses(docker_, members, interrupt);
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto& status = statuses[i];
    const bool leaderless = !status.ok() || status->leader_id.empty() || status->leader_id == "0";
    if (!leaderless && !status->learner) health.etcd_members.insert(members[i].name);
  }
  for (const Node& node : topology_.with_role(NodeRole::control_plane)) {
    if (!node.api_port) continue;
    if (!kube::Api(client_, *node.api_port, kRequestTimeout).not_ready_reason(interrupt))
      health.api_servers.insert(node.name);
  }
  return health;
}

Result<LiveState> Readiness::live_state(const LiveNeeds& needs, const Interrupt& interrupt) {
  auto live = read_live_state(needs, topology_, client_, interrupt);
  if (live.ok() && needs.leadership) live->leadership = leadership(interrupt);
  return live;
}

}  // namespace hadrill
