// Owns what stands before the samples of a file: who probed what, and who can have answered. docs/history-format.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace hadrill {

/// What a prober reaches its target through: ProberInfo::through.
namespace probe_path {
inline constexpr const char* load_balancer = "load-balancer";            // as users outside the cluster do
inline constexpr const char* each_api_server = "each-api-server";        // past the load balancer, one server
inline constexpr const char* each_etcd_member = "each-etcd-member";      // one member, through its node
inline constexpr const char* cluster_ip = "cluster-ip";                  // kubernetes.default, from inside a pod
inline constexpr const char* service = "service";                        // a Service, from inside a pod
inline constexpr const char* node_load_balancer = "node-load-balancer";  // a NodePort, as users outside the cluster do
inline constexpr const char* each_node_port = "each-node-port";          // past that load balancer, one worker's
inline constexpr const char* each_pod = "each-pod";                      // a pod by its address, from inside another
inline constexpr const char* controllers = "controllers";                // a Deployment that is scaled, its pods
inline constexpr const char* local_echo = "local-echo";  // a server of ours on this machine: the null prober
}  // namespace probe_path

/// What a prober asks for: ProberInfo::operation.
namespace operation {
inline constexpr const char* read = "read";                // quorum read of one object
inline constexpr const char* cached_read = "cached-read";  // the same from the API server's cache
inline constexpr const char* list = "list";
inline constexpr const char* write = "write";  // compare-and-swap of one object
inline constexpr const char* readyz = "readyz";
inline constexpr const char* health = "health";
inline constexpr const char* echo = "echo";
inline constexpr const char* watch = "watch";
inline constexpr const char* scale = "scale";  // what only elected leaders do: a Deployment's pod made, bound, Ready
}  // namespace operation

/// One row of the prober table: what Sample::prober points at.
struct ProberInfo {
  std::string name;        ///< "api.read.new", or "api.direct.NODE"
  std::string endpoint;    ///< node name of what it reaches
  std::string through;     ///< one of probe_path
  std::string connection;  ///< "new" or "reused"
  Duration period{};
  Duration deadline{};
  Duration timeout{};
  std::string operation = operation::read;  ///< one of operation

  bool through_load_balancer() const { return through == probe_path::load_balancer; }
  /// It stands for somebody who uses the cluster, not for a look at one of its parts.
  bool user_facing() const {
    return through_load_balancer() || through == probe_path::cluster_ip || through == probe_path::service ||
           through == probe_path::node_load_balancer;
  }
  /// Measures the harness itself. Never part of what users are owed.
  bool null_prober() const { return through == probe_path::local_echo; }
};

/// One row of the server table: what Sample::server minus 1 points at.
struct ServerInfo {
  std::string name;                ///< node name
  std::string certificate_serial;  ///< of its serving certificate, by which an answer was told to be its
};

struct SampleHeader {
  std::vector<ProberInfo> probers;
  ClockPair clock;  ///< read when the file was made
  std::vector<ServerInfo> servers = {};

  /// Name of the server that Sample::server means; "" for 0 and for what is not in the table.
  const std::string& server_name(std::uint16_t server) const;
};

/// The file's beginning: magic, length and JSON header, padded to a whole record.
std::string encode_header(const SampleHeader& header);

/// The header's JSON. nullopt: the prober or the server table is damaged.
std::optional<SampleHeader> read_header(const Json& document);

}  // namespace hadrill
