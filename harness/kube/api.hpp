// Owns typed reads of the Kubernetes API. Reads only what readiness, leadership and reports need.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "http/client.hpp"

namespace hadrill::kube {

struct NodeStatus {
  std::string name;
  bool ready = false;
  std::string reason;     ///< of the Ready condition, when it is not true
  bool cordoned = false;  ///< spec.unschedulable: no new pods
};

struct PodStatus {
  std::string name;
  std::string node;
  bool ready = false;
  std::string reason;  ///< why not, e.g. "CrashLoopBackOff" or "ContainersNotReady"
  int restarts = 0;    ///< over all containers
};

/// A pod that runs now and is not on its way out.
struct RunningPod {
  std::string name;
  std::string uid;
  std::string node;
};

/// A Deployment or StatefulSet: how many of its pods it should have, and has.
struct WorkloadStatus {
  std::string name_space;
  std::string name;
  int wanted = 0;  ///< spec.replicas
  int ready = 0;   ///< status.readyReplicas
};

struct LeaseStatus {
  std::string holder;           ///< holderIdentity: "<host>_<uuid>"
  std::int64_t renewed_ns = 0;  ///< renewTime, ns since the Unix epoch
  Duration duration{};          ///< leaseDurationSeconds
  int transitions = 0;
};

/// One way into the API: a port on 127.0.0.1.
class Api {
 public:
  /// `client` must outlive the Api. `timeout` bounds every request.
  Api(http::Client& client, std::uint16_t port, Duration timeout) : client_(client), port_(port), timeout_(timeout) {}

  /// Empty when /readyz says ok; otherwise why not, in words.
  std::optional<std::string> not_ready_reason(const Interrupt& interrupt);
  Result<std::vector<NodeStatus>> nodes(const Interrupt& interrupt);
  Result<std::vector<PodStatus>> pods(const std::string& name_space, const Interrupt& interrupt);
  /// Deployments and StatefulSets of all namespaces.
  Result<std::vector<WorkloadStatus>> workloads(const Interrupt& interrupt);
  /// Those that have all these labels.
  Result<std::vector<RunningPod>> running_pods(const std::string& name_space,
                                               const std::map<std::string, std::string>& labels,
                                               const Interrupt& interrupt);
  /// Name of each Lease of kube-system that is held -> host name of its holder.
  Result<std::map<std::string, std::string>> lease_holders(const Interrupt& interrupt);
  /// A Lease of kube-system.
  Result<LeaseStatus> lease(const std::string& name, const Interrupt& interrupt);
  /// Any object as JSON. Error: infrastructure with method, path and what came back.
  Result<Json> get(const std::string& path, const Interrupt& interrupt);
  /// POST of an object to a collection. An object of that name that is there already is fine (nullopt); any other
  /// answer is an error.
  Result<std::optional<Json>> create(const std::string& path, const Json& object, const Interrupt& interrupt);
  /// Serial number of the certificate that answers a new connection: tells API servers behind a load balancer apart.
  Result<std::string> serving_certificate(const Interrupt& interrupt);

 private:
  http::Request request(const std::string& path, const char* method = "GET") const;

  http::Client& client_;
  std::uint16_t port_;
  Duration timeout_;
};

/// The checks that a /readyz answer marks "[-]", e.g. "etcd, informer-sync failed"; empty when there are none.
std::string failing_checks(const std::string& body);

/// RFC 3339 as the API writes it ("2026-01-31T12:00:00.123456Z") to ns since the Unix epoch; nullopt for anything else.
std::optional<std::int64_t> parse_time(const std::string& text);

/// The host name in a holder identity, "<host>_<uuid>".
std::string holder_host(const std::string& identity);

/// Typed views of API objects, apart from the requests so that they can be tested on bytes.
std::vector<NodeStatus> read_nodes(const Json& list);
std::vector<PodStatus> read_pods(const Json& list);
std::vector<RunningPod> read_running_pods(const Json& list);
std::vector<WorkloadStatus> read_workloads(const Json& list);
std::map<std::string, std::string> read_lease_holders(const Json& list);
Result<LeaseStatus> read_lease(const Json& object);

}  // namespace hadrill::kube
