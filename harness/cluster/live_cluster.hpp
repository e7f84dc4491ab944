// Owns a cluster that is up, as it is met: connected to by what its record keeps, and waited for until it is ready.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cluster/blueprint.hpp"
#include "cluster/docker.hpp"
#include "cluster/prepared.hpp"
#include "cluster/readiness.hpp"
#include "cluster/record.hpp"

namespace hadrill {

/// What the cluster module needs from outside; all must outlive whoever is given them.
struct ClusterDoors {
  Runner& runner;
  Clock& clock;
  const Folders& folders;
  BlueprintFolder blueprints;
  /// Hears each step in words, for people.
  std::function<void(const std::string&)> progress;
  /// Makes the HTTP client for a cluster's identity.
  std::function<std::unique_ptr<http::Client>(http::TlsIdentity)> make_client;
  /// hadrill's workload image, as `docker save` writes one.
  std::filesystem::path workload_image = {};
};

/// A ready cluster of ours.
struct LiveCluster {
  std::string blueprint;  ///< the name of its topology
  Topology topology;
  http::TlsIdentity identity;
  Json environment;
};

/// The cluster of a record: its nodes from `containers`, its admin identity from the kubeconfig beside the record; its
/// environment is left empty. Error: infrastructure.
Result<LiveCluster> connect(const ClusterRecords& records, const ClusterRecord& record,
                            const std::vector<Container>& containers);

/// Waits until every condition of full redundancy holds. Error: interrupted, or infrastructure with those that do not
/// hold after `longest`.
Status wait_ready(const ClusterDoors& doors, Docker& docker, const LiveCluster& cluster, Duration longest,
                  const Interrupt& interrupt);

}  // namespace hadrill
