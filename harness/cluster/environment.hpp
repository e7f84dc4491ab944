// Owns environment.json: what exactly was measured on. Versions, images, flags, machine; never keys or tokens.
#pragma once

#include "base/json.hpp"
#include "cluster/docker.hpp"
#include "cluster/kind.hpp"
#include "http/client.hpp"
#include "topology/topology.hpp"

namespace hadrill {

/// Topology from the containers' labels, addresses and published ports. Error: a container without what its role needs.
Result<Topology> read_topology(const std::string& cluster, const std::vector<Container>& containers);

/// Live flags by node and component, from the static pods' commands: {"node": {"etcd": {"--data-dir": "..."}}}.
/// A flag given without a value is "true".
Json read_flags(const Json& pod_list);

/// The whole document (reports/schema/environment.schema.json), except seed and scenario, which the run adds.
Result<Json> read_environment(Docker& docker, Kind& kind, http::Client& client, const Prepared& prepared,
                              const Topology& topology, const Interrupt& interrupt);

}  // namespace hadrill
