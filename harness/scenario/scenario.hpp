// Owns what a scenario says, after validation: plain values, no cluster. Vocabulary: docs/architecture.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace hadrill {

/// Component or node kind a fault is aimed at.
enum class TargetRole { apiserver, etcd, controller_manager, scheduler };

/// Which of the instances with that role.
struct Selector {
  enum class Kind {
    one,       ///< one at random, from the run's seed
    all,       ///< every one
    fixed,     ///< `count` of them at random, from the run's seed
    node,      ///< the one on the node called `node`
    leader,    ///< the current leader (etcd, or the holder of the Lease)
    follower,  ///< one at random that does not lead
  };
  Kind kind = Kind::one;
  int count = 1;     ///< for fixed
  std::string node;  ///< for node

  friend bool operator==(const Selector&, const Selector&) = default;
};

struct Target {
  TargetRole role = TargetRole::apiserver;
  Selector select;

  friend bool operator==(const Target&, const Target&) = default;
};

/// Breaks one thing.
struct InjectStep {
  std::string id;     ///< unique within the scenario
  std::string fault;  ///< a name of the catalogue, e.g. "process.kill"
  Target target;
  Json parameters = Json::object();  ///< the fault's own, validated by the fault's schema; e.g. {"signal": "KILL"}

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

using Step = std::variant<InjectStep, ObserveStep>;

enum class ProbePath { load_balancer, each_api_server };
enum class ConnectionClass {
  fresh,   ///< "new" in YAML: new TCP connection and TLS handshake for every request
  reused,  ///< one HTTP/2 connection until it breaks
};

/// One kind of user of the API. `each_api_server` becomes one prober per API server, called NAME.NODE.
struct ProberSpec {
  std::string name;  ///< e.g. "api.read.new"
  ProbePath through = ProbePath::load_balancer;
  ConnectionClass connection = ConnectionClass::fresh;
  Duration period{};    ///< between two scheduled requests
  Duration deadline{};  ///< SLI deadline: a later success is slow, which counts as down
  Duration timeout{};   ///< hard timeout of a request

  friend bool operator==(const ProberSpec&, const ProberSpec&) = default;
};

/// What an SLI says and about which prober.
struct SliRef {
  enum class Kind { longest_outage, total_outage, availability, redundancy_restored };
  Kind kind = Kind::longest_outage;
  std::string prober;  ///< for the first three; "api" means all probers through the load balancer, merged
  std::string text;    ///< as written, e.g. "api.read.new.longest_outage"

  friend bool operator==(const SliRef&, const SliRef&) = default;
};

/// An SLI with the budget it has to keep.
struct Slo {
  SliRef sli;
  Duration budget{};        ///< for times: the most that is allowed
  double availability = 0;  ///< for availability: the least that is allowed, 0..1

  friend bool operator==(const Slo&, const Slo&) = default;
};

struct Scenario {
  std::string name;
  std::string description;
  std::vector<std::string> tags;
  std::string topology;
  Duration steady_state_hold{};
  std::vector<ProberSpec> probers;
  std::vector<Step> method;
  std::vector<Slo> slos;

  friend bool operator==(const Scenario&, const Scenario&) = default;
};

std::string to_string(TargetRole role);             ///< as in YAML, e.g. "controller-manager"
std::string to_string(const Selector& select);      ///< as in YAML, e.g. "leader", "fixed: 2"
std::string to_string(ConnectionClass connection);  ///< "new" or "reused"
std::string to_string(ProbePath path);

}  // namespace hadrill
