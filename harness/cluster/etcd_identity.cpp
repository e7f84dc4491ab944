#include "cluster/etcd_identity.hpp"

#include <array>
#include <vector>

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kTimeout = 10s;
/// The key last: what fails before it does not print it.
constexpr std::array kFiles{"/etc/kubernetes/pki/etcd/ca.crt", "/etc/kubernetes/pki/etcd/healthcheck-client.crt",
                            "/etc/kubernetes/pki/etcd/healthcheck-client.key"};

/// The PEM blocks of a text, each with its first and last line.
std::vector<std::string> pem_blocks(const std::string& text) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::string_view kEnd = "-----END ";
  std::vector<std::string> blocks;
  for (std::size_t at = text.find(kBegin); at != std::string::npos; at = text.find(kBegin, at)) {
    const std::size_t end = text.find(kEnd, at);
    if (end == std::string::npos) break;
    const std::size_t line_end = text.find('\n', end);
    blocks.push_back(text.substr(at, line_end == std::string::npos ? line_end : line_end - at) + "\n");
    at = end;
  }
  return blocks;
}

}  // namespace

std::optional<http::TlsIdentity> parse_etcd_identity(const std::string& text) {
  const std::vector<std::string> blocks = pem_blocks(text);
  if (blocks.size() != 3) return std::nullopt;
  const auto is = [&blocks](std::size_t i, std::string_view what) {
    const std::string first_line = blocks[i].substr(0, blocks[i].find('\n'));
    return first_line.ends_with(std::string(what) + "-----");
  };
  if (!is(0, " CERTIFICATE") || !is(1, " CERTIFICATE") || !is(2, "PRIVATE KEY")) return std::nullopt;
  return http::TlsIdentity{blocks[0], blocks[1], blocks[2]};
}

Result<http::TlsIdentity> read_etcd_identity(Docker& docker, const Topology& topology, const Interrupt& interrupt) {
  Result<http::TlsIdentity> identity = infrastructure_error("identity for etcd", "the cluster has no etcd");
  for (const Node& node : topology.etcd_nodes()) {
    const auto files = docker.exec(node.name, {"cat", kFiles[0], kFiles[1], kFiles[2]}, {}, kTimeout, interrupt);
    if (!files.ok()) {
      identity = files.error();
    } else if (auto parsed = parse_etcd_identity(files->out)) {
      return std::move(*parsed);
    } else {
      identity = infrastructure_error("identity for etcd on " + node.name, "not a certificate and its key");
    }
    if (interrupt.raised()) break;
  }
  return identity;
}

}  // namespace hadrill
