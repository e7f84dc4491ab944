// Owns how we get to speak to etcd's client port: with the identity that kubeadm made for health checks, kept in
// memory.
#pragma once

#include <optional>
#include <string>

#include "cluster/docker.hpp"
#include "http/transfer.hpp"
#include "topology/topology.hpp"

namespace hadrill {

/// Reads it from the first control plane that has it; all members trust the same authority. Error: infrastructure, with
/// what the last one said.
Result<http::TlsIdentity> read_etcd_identity(Docker& docker, const Topology& topology, const Interrupt& interrupt);

/// From the text of three files, one after the other: authority, certificate, key. nullopt: not these three.
std::optional<http::TlsIdentity> parse_etcd_identity(const std::string& text);

}  // namespace hadrill
