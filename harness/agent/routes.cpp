#include "agent/routes.hpp"

#include <arpa/inet.h>

#include <array>
#include <bit>
#include <sstream>

#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

constexpr unsigned kRouteUp = 0x1;
constexpr unsigned kRouteRefused = 0x200;

}  // namespace

Result<std::uint32_t> parse_ipv4(const std::string& text) {
  in_addr address{};
  if (inet_pton(AF_INET, text.c_str(), &address) != 1) return trouble("not an IPv4 address: " + text);
  return ntohl(address.s_addr);
}

std::string format_ipv4(std::uint32_t address) {
  std::array<char, INET_ADDRSTRLEN> text{};
  const in_addr raw{htonl(address)};
  inet_ntop(AF_INET, &raw, text.data(), text.size());
  return text.data();
}

std::vector<Route> parse_routes(const std::string& text) {
  std::vector<Route> routes;
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    Route route;
    unsigned flags = 0;
    unsigned skipped = 0;
    words >> route.interface >> std::hex >> route.network >> route.gateway >> flags >> std::dec >> skipped >> skipped >>
        skipped >> std::hex >> route.mask;
    if (!words || (flags & kRouteUp) == 0 || (flags & kRouteRefused) != 0) continue;  // the headings are no numbers
    // The kernel prints the bytes as they lie in memory.
    route.network = ntohl(route.network);
    route.gateway = ntohl(route.gateway);
    route.mask = ntohl(route.mask);
    routes.push_back(std::move(route));
  }
  return routes;
}

std::vector<Route> read_routes() { return parse_routes(read_proc_file("/proc/net/route")); }

Result<std::string> way_out(const std::vector<Route>& routes) {
  for (const Route& route : routes) {
    if (route.network == 0 && route.mask == 0) return route.interface;
  }
  return trouble("this node has no default route, so it is not known which interface leads to the others");
}

std::vector<std::string> networks_behind(const std::vector<Route>& routes, std::uint32_t peer) {
  std::vector<std::string> networks;
  const auto out = way_out(routes);
  if (!out.ok()) return networks;
  for (const Route& route : routes) {
    if (route.gateway != peer || route.interface != *out || route.mask == 0) continue;
    networks.push_back(format_ipv4(route.network) + "/" + std::to_string(std::popcount(route.mask)));
  }
  return networks;
}

}  // namespace hadrill::agent
