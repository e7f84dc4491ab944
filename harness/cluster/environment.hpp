// Owns environment.json: what exactly was measured on. Versions, images, flags, machine; never keys or tokens.
#pragma once

#include "base/json.hpp"
#include "cluster/docker.hpp"
#include "cluster/kind.hpp"
#include "http/client.hpp"
#include "topology/topology.hpp"

namespace hadrill {

/// What a container is in its cluster, from kind's label; nullopt for containers that are no node.
std::optional<NodeRole> read_role(const Json& inspect);

/// Topology from the containers' labels, addresses and published ports. Error: a container without what its role needs.
Result<Topology> read_topology(const std::string& cluster, const std::vector<Container>& containers);

/// ClusterIP and TCP port called `port_name` (the first port when empty) of a Service object; nullopt when it has none.
std::optional<ServiceAddress> read_service(const Json& service, const std::string& port_name);

/// The ready pods in a list of EndpointSlices, by name, with the port called `port_name`.
std::vector<PodAddress> read_endpoints(const Json& slices, const std::string& port_name);

/// Where the Service `name` is reached by its port called `port`. Error: infrastructure for one that is not there, or
/// that has no such port.
Result<ServiceAddress> find_service(http::Client& client, const Topology& topology, const std::string& name_space,
                                    const std::string& name, const std::string& port, const Interrupt& interrupt);

/// The ready pods behind it, by name. Error: the API does not answer.
Result<std::vector<PodAddress>> find_pods(http::Client& client, const Topology& topology, const std::string& name_space,
                                          const std::string& name, const std::string& port, const Interrupt& interrupt);

/// Fills in where the Services are that probers ask. One that the cluster does not have stays empty. Error: the API
/// does not answer.
Status read_services(http::Client& client, Topology& topology, const Interrupt& interrupt);

/// Live flags by node and component, from the static pods' commands: {"node": {"etcd": {"--data-dir": "..."}}}.
/// A flag given without a value is "true".
Json read_flags(const Json& pod_list);

/// How often the member of etcd on each node of its own was started again, by the name that its pod would have:
/// {"etcd-NODE": 3}. No API knows those pods; a node that does not tell is left out.
Json read_member_restarts(Docker& docker, const Topology& topology, const Interrupt& interrupt);

/// The whole document (reports/schema/environment.schema.json), except seed and scenario, which the run adds.
Result<Json> read_environment(Docker& docker, Kind& kind, http::Client& client, const Prepared& prepared,
                              const Topology& topology, const Interrupt& interrupt);

}  // namespace hadrill
