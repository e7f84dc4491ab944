// Owns the look at a live cluster: reads the facts and applies the conditions. One check is one pass over everything.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cluster/conditions.hpp"
#include "cluster/docker.hpp"
#include "http/client.hpp"
#include "topology/live_state.hpp"

namespace hadrill {

/// When a check looked, and what it saw.
struct Check {
  Instant start;
  Instant end;
  std::vector<Condition> conditions;
  bool holds() const;
  /// "api-servers: ...; etcd: ..." of those that do not hold.
  std::string reasons() const;
};

/// What the etcd members on `members`, nodes with one, say of themselves, in that order.
std::vector<Result<kube::EtcdStatus>> read_etcd_statuses(Docker& docker, const std::vector<Node>& members,
                                                         const Interrupt& interrupt);

class Readiness {
 public:
  /// `client` has to carry the cluster's admin identity. All must outlive this object.
  Readiness(Docker& docker, http::Client& client, Clock& clock, Topology topology)
      : docker_(docker), client_(client), clock_(clock), topology_(std::move(topology)) {}

  /// One pass. While an API server is not ready the costlier conditions are not looked at and count as not holding.
  Check check(const Interrupt& interrupt);
  /// Who leads now. Unreadable ones are nullopt.
  Leadership leadership(const Interrupt& interrupt);
  /// Which instances serve. What cannot be asked does not.
  LiveHealth health(const Interrupt& interrupt);
  /// What `needs` asks for, and nothing else. Error: no API server told (leaders that nobody told are just not known).
  Result<LiveState> live_state(const LiveNeeds& needs, const Interrupt& interrupt);

 private:
  Condition api_servers(const Interrupt& interrupt);
  Condition load_balancer(const Interrupt& interrupt);
  Condition node_load_balancer(const Node& balancer, const Interrupt& interrupt);

  Docker& docker_;
  http::Client& client_;
  Clock& clock_;
  Topology topology_;
  /// Serving certificate per API server, learned once from its own port.
  std::map<std::string, std::string> certificates_;
};

}  // namespace hadrill
