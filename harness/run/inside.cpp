#include "run/inside.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hadrill {
namespace {

Event event_of(const tunnel::TunnelEvent& told) {
  const bool lost = told.kind == tunnel::TunnelEvent::Kind::lost;
  Json data = {{"node", told.node}};
  if (lost) data["reason"] = told.reason;
  return {told.at, lost ? event_type::vantage_lost : event_type::vantage_reopened, std::move(data)};
}

}  // namespace

bool needs_pod(const std::vector<PlannedProber>& probers) {
  return std::any_of(probers.begin(), probers.end(),
                     [](const PlannedProber& prober) { return prober.inside && prober.inside->from_pod; });
}

std::string own_pod_node(const std::vector<PlannedProber>& probers, const Topology& topology) {
  const Node* const node = needs_pod(probers) ? topology.pod_node() : nullptr;
  return node == nullptr ? std::string() : node->name;
}

Inside::Inside(const EventSink& events)
    : tunnels_([&events](const tunnel::TunnelEvent& told) { events(event_of(told)); }) {}

Result<std::unique_ptr<Inside>> Inside::open(const std::vector<PlannedProber>& probers, const Topology& topology,
                                             Agents& agents, const std::string& pod_uid, const EventSink& events,
                                             const Interrupt& interrupt) {
  std::unique_ptr<Inside> inside(new Inside(events));
  for (const PlannedProber& prober : probers) {
    auto& connector = inside->connectors_.emplace_back();
    if (!prober.inside) continue;
    auto made = inside->connect(*prober.inside, prober.inside->from_pod ? pod_uid : "",
                                prober.spec.timeout - prober.spec.deadline, topology, agents, interrupt);
    if (!made.ok()) return made.error();
    connector = std::move(*made);
  }
  return inside;
}

Result<std::unique_ptr<TunnelConnector>> Inside::connect(const InsideRoute& route, const std::string& pod_uid,
                                                         Duration blind_after, const Topology& topology, Agents& agents,
                                                         const Interrupt& interrupt) {
  if (const Status installed = agents.install(*topology.find(route.node), interrupt); !installed.ok())
    return installed.error();
  if (const Status added = tunnels_.add(route.node, interrupt); !added.ok()) return added.error();
  auto destination = tunnel::parse_destination(fmt::format("{}:{}", route.address, route.port), pod_uid);
  if (!destination.ok()) return destination.error();
  return std::make_unique<TunnelConnector>(*tunnels_.find(route.node), std::move(*destination), blind_after);
}

Result<std::unique_ptr<http::Connector>> Inside::way(const InsideRoute& route, Duration blind_after,
                                                     const Topology& topology, Agents& agents,
                                                     const Interrupt& interrupt) {
  auto made = connect(route, "", blind_after, topology, agents, interrupt);
  if (!made.ok()) return made.error();
  return std::unique_ptr<http::Connector>(std::move(*made));
}

}  // namespace hadrill
