// Owns what a scenario says, after validation: plain values, no cluster. Vocabulary: docs/architecture.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace hadrill {

/// Component or node kind a fault is aimed at.
enum class TargetRole {
  apiserver,           ///< one per control plane, like the next three
  etcd,                ///< the member on it
  controller_manager,  ///< its leader holds a Lease
  scheduler,           ///< its leader holds a Lease
  kubelet,             ///< one per control plane and worker
  containerd,          ///< one per control plane and worker
  control_plane,       ///< the whole node
  worker,              ///< the whole node
  load_balancer,       ///< the container in front of the API servers
  node_load_balancer,  ///< the one in front of the workers
  pod,                 ///< any pod, by namespace and labels
};

/// Whether one instance leads the others, so that leader and follower can be told.
bool has_leader(TargetRole role);
/// Whether a node runs at most one instance, so that the instance of a Lease's holder can be told.
bool one_per_node(TargetRole role);
/// Whether its instances are nodes that run pods of any kind, so that they can be told by the pods that run there.
bool runs_pods(TargetRole role);

/// Which of the instances with that role.
struct Selector {
  enum class Kind {
    one,       ///< one at random, from the run's seed
    all,       ///< every one
    fixed,     ///< `count` of them at random, from the run's seed
    nth,       ///< the one in place `count`, from 1, in the order of node names
    node,      ///< the one on the node called `node`; of pods, all of them there
    leader,    ///< the current leader (etcd, or the holder of the Lease)
    follower,  ///< one at random that does not lead
    holder,    ///< the one on the node of the current holder of `lease`
  };
  Kind kind = Kind::one;
  int count = 1;           ///< for fixed and nth
  std::string node = {};   ///< for node
  std::string lease = {};  ///< for holder: the name of a Lease of kube-system

  friend bool operator==(const Selector&, const Selector&) = default;
};

struct Target {
  TargetRole role = TargetRole::apiserver;
  Selector select = {};
  std::string namespace_ = {};  ///< for pod, and with labels
  /// For pod: all of them have to match. For control_plane and worker: only nodes that run such a pod; empty: all.
  std::map<std::string, std::string> labels = {};

  friend bool operator==(const Target&, const Target&) = default;
};

/// Breaks one thing.
struct InjectStep {
  std::string id;     ///< unique within the scenario
  std::string fault;  ///< a name of the catalogue, e.g. "process.kill"
  Target target;
  /// The fault's own, checked against its schema, with every default that depends on fault and role alone written in;
  /// e.g. {"signal": "KILL"}. Durations are texts for parse_duration.
  Json parameters = Json::object();
  /// After which the fault is undone even if the harness is gone. Loading always sets it, to no less than the longest
  /// time until the fault is healed; zero: not decided.
  Duration ttl = Duration::zero();
  bool expect_quorum_loss = false;  ///< may take quorum, the last API server or the load balancer
  bool overlapping = false;         ///< may be injected before redundancy is back from an earlier fault

  friend bool operator==(const InjectStep&, const InjectStep&) = default;
};

/// Lets time pass while the probers run.
struct ObserveStep {
  enum class OnTimeout { fail, go_on };
  std::string id;
  Duration at_least{};           ///< time observed in any case
  bool until_recovered = false;  ///< then go on until every redundancy condition holds
  Duration timeout{};            ///< for until_recovered, counted from the start of the step
  OnTimeout on_timeout = OnTimeout::fail;

  friend bool operator==(const ObserveStep&, const ObserveStep&) = default;
};

/// Undoes the fault of an earlier step, which no step before has healed. Faults that no step heals are healed after the
/// method.
struct HealStep {
  std::string id;
  std::string step;  ///< id of the InjectStep

  friend bool operator==(const HealStep&, const HealStep&) = default;
};

using Step = std::variant<InjectStep, ObserveStep, HealStep>;

/// Ends the run early, heals everything, and makes the verdict aborted.
struct StopCondition {
  enum class When {
    etcd_quorum_lost,  ///< less than a majority of etcd members serves
    api_unavailable,   ///< the API does not answer through the load balancer
  };
  When when = When::etcd_quorum_lost;
  Duration lasting{};  ///< "for" in YAML: for how long without a break

  friend bool operator==(const StopCondition&, const StopCondition&) = default;
};

/// The way a prober reaches what it asks.
enum class ProbePath {
  load_balancer,       ///< the API as users outside the cluster do
  each_api_server,     ///< every API server past the load balancer, one prober each
  each_etcd_member,    ///< every etcd member from inside its node, one prober each
  cluster_ip,          ///< the API as a pod does: the ClusterIP of kubernetes.default
  service,             ///< a Service as a pod does: kube-dns' metrics, or ProberSpec::service
  node_load_balancer,  ///< the NodePort of a Service as users outside do: the load balancer in front of the workers
  each_node_port,      ///< the same past it: the port of every worker, one prober each
  each_pod,            ///< every pod of a Service by its own address, as another pod does, one prober each
  controllers,  ///< what controller manager, scheduler and kubelets make of a change: a Deployment that is scaled
  local_echo,   ///< a server inside hadrill: what it shows is the harness's own noise
};

/// What a prober asks for.
enum class ProbeOperation {
  read,         ///< quorum read of one small object
  cached_read,  ///< the same from the API server's cache (resourceVersion=0)
  list,         ///< consistent list of a few small objects
  write,        ///< compare-and-swap of an object of our own
  readyz,       ///< /readyz of an API server
  health,       ///< /health of an etcd member
  get,          ///< any page of an HTTP server
  count,        ///< a step of a counter on a volume, none of which may be lost
  scale,        ///< that a pod becomes Ready
  echo,         ///< what was sent
};

enum class ConnectionClass {
  fresh,   ///< "new" in YAML: new TCP connection and TLS handshake for every request
  reused,  ///< one HTTP/2 connection until it breaks
};

/// A Service that is asked: inside the cluster in the place of kube-dns', or at its NodePort.
struct ServiceRef {
  std::string namespace_;
  std::string name;
  std::string port;  ///< its name
  std::string path;  ///< of the page, e.g. "/health"

  /// "etcd.etcd-example/health": names the address among those of a cluster.
  std::string key() const { return name + "." + namespace_ + "/" + port; }

  friend bool operator==(const ServiceRef&, const ServiceRef&) = default;
};

/// One kind of user of the cluster. each_api_server, each_etcd_member and each_node_port become one prober per
/// instance, called NAME.NODE, each_pod one per pod, called NAME.POD.
struct ProberSpec {
  std::string name;  ///< e.g. "api.read.new"
  ProbePath through = ProbePath::load_balancer;
  ConnectionClass connection = ConnectionClass::fresh;
  Duration period{};    ///< between two scheduled requests
  Duration deadline{};  ///< SLI deadline: a later success is slow, which counts as down
  Duration timeout{};   ///< hard timeout of a request
  ProbeOperation operation = ProbeOperation::read;
  /// For ProbePath::service: another one than kube-dns'; for node_load_balancer, each_node_port and each_pod: always.
  std::optional<ServiceRef> service = std::nullopt;

  friend bool operator==(const ProberSpec&, const ProberSpec&) = default;
};

/// One kind of watcher: a stream of the changes that the write probers make, opened again when it ends. `through` is
/// load_balancer or each_api_server (then one watcher per API server, called NAME.NODE).
struct WatcherSpec {
  std::string name;
  ProbePath through = ProbePath::load_balancer;

  friend bool operator==(const WatcherSpec&, const WatcherSpec&) = default;
};

/// What an SLI says and about which prober.
struct SliRef {
  enum class Kind {
    longest_outage,
    total_outage,
    availability,
    served_again,  ///< until requests are answered one after the other again
    redundancy_restored,
    failover,          ///< until a component has a new leader
    leader_works,      ///< until the new leader is seen to work
    nodes_not_ready,   ///< until the nodes that are hit are called not Ready
    pods_removed,      ///< until their pods are out of their Services
    pods_replaced,     ///< until others stand in for those that were thrown out
    others_led,        ///< how long another instance led than the one at the fault
    others_not_ready,  ///< how long nodes that no fault hit were called not Ready
  };
  Kind kind = Kind::longest_outage;
  /// For the first four; "api" means all probers through the load balancer, merged. For those of
  /// leaders: the component, "etcd", "controller-manager" or "scheduler".
  std::string prober;
  std::string text;  ///< as written, e.g. "api.read.new.longest_outage"

  friend bool operator==(const SliRef&, const SliRef&) = default;
};

/// How a budget is written that follows from the cluster's flags.
inline constexpr const char* kAutomaticBudget = "auto";

/// An SLI with the budget it has to keep.
struct Slo {
  SliRef sli;
  Duration budget{};        ///< for times: the most that is allowed
  double availability = 0;  ///< for availability: the least that is allowed, 0..1
  /// "budget: auto", for times: instead of `budget`, the bounds that follow from the cluster's flags.
  bool automatic = false;

  friend bool operator==(const Slo&, const Slo&) = default;
};

/// How steadyState.leaders is written.
inline constexpr const char* kLeadersTogether = "together";

struct Scenario {
  std::string name;
  std::string description;
  std::vector<std::string> tags;
  std::vector<std::string> topologies;  ///< it can run on; never empty. The first is the one a drill brings up
  Duration steady_state_hold{};
  /// Before the steady state the leaders of etcd, controller manager and scheduler are brought onto one control plane.
  bool leaders_together = false;
  std::vector<ProberSpec> probers;
  std::vector<WatcherSpec> watchers;
  std::vector<Step> method;
  std::vector<Slo> slos;
  std::vector<StopCondition> stop_conditions;  ///< each `when` at most once

  friend bool operator==(const Scenario&, const Scenario&) = default;
};

std::string to_string(TargetRole role);         ///< as in YAML, e.g. "controller-manager"
std::string to_string(const Selector& select);  ///< as in YAML, e.g. "leader", "fixed: 2", "holder-of: kube-scheduler"
std::string to_string(StopCondition::When when);    ///< as in YAML, e.g. "etcd.quorum-lost"
std::string to_string(ConnectionClass connection);  ///< "new" or "reused"
std::string to_string(ProbePath path);              ///< as in YAML, e.g. "each-api-server"
std::string to_string(ProbeOperation operation);    ///< as in YAML, e.g. "cached-read"

}  // namespace hadrill
