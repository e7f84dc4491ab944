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

Inside::Inside(const EventSink& events)
    : tunnels_([&events](const tunnel::TunnelEvent& told) { events(event_of(told)); }) {}

Result<std::unique_ptr<Inside>> Inside::open(const std::vector<PlannedProber>& probers, const Topology& topology,
                                             Agents& agents, const std::string& pod_uid, const EventSink& events,
                                             const Interrupt& interrupt) {
  std::unique_ptr<Inside> inside(new Inside(events));
  for (const PlannedProber& prober : probers) {
    auto& connector = inside->connectors_.emplace_back();
    if (!prober.inside) continue;
    const InsideRoute& route = *prober.inside;
    if (const Status installed = agents.install(*topology.find(route.node), interrupt); !installed.ok())
      return installed.error();
    if (const Status added = inside->tunnels_.add(route.node, interrupt); !added.ok()) return added.error();
    auto destination =
        tunnel::parse_destination(fmt::format("{}:{}", route.address, route.port), route.from_pod ? pod_uid : "");
    if (!destination.ok()) return destination.error();
    connector = std::make_unique<TunnelConnector>(*inside->tunnels_.find(route.node), std::move(*destination),
                                                  prober.spec.timeout - prober.spec.deadline);
  }
  return inside;
}

}  // namespace hadrill
