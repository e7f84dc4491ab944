// Owns what the node's routing table says: which interface leads out, and what lies behind a peer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/trouble.hpp"

namespace hadrill::agent {

/// One IPv4 route; addresses in host byte order.
struct Route {
  std::string interface;
  std::uint32_t network = 0;
  std::uint32_t mask = 0;
  std::uint32_t gateway = 0;  ///< 0: reached directly
};

/// Dotted form to host byte order. Error: not an IPv4 address.
Result<std::uint32_t> parse_ipv4(const std::string& text);
/// "10.0.0.1"
std::string format_ipv4(std::uint32_t address);

/// The text of /proc/net/route; lines that are no routes in use are left out.
std::vector<Route> parse_routes(const std::string& text);
/// The main table of this process's network.
std::vector<Route> read_routes();

/// Interface of the default route; error: there is none.
Result<std::string> way_out(const std::vector<Route>& routes);
/// Networks sent to `peer` on the interface of the default route, e.g. "10.244.1.0/24": the pods of another node where
/// the pod network is routed. A tunnel has its own interface, and what goes through it carries the peer's own address.
std::vector<std::string> networks_behind(const std::vector<Route>& routes, std::uint32_t peer);

}  // namespace hadrill::agent
