#include "bounds/cluster_flags.hpp"

#include <algorithm>
#include <array>

namespace hadrill::bounds {
namespace {

struct Needed {
  std::string_view component;
  std::string_view name;
};

constexpr std::array kNeeded{
    Needed{component::etcd, "heartbeat-interval"},
    Needed{component::etcd, "election-timeout"},
    Needed{component::etcd, "config-file"},
    Needed{component::api_server, "shutdown-delay-duration"},
    Needed{component::api_server, "default-unreachable-toleration-seconds"},
    Needed{component::api_server, "etcd-servers"},
    Needed{component::controller_manager, "leader-elect"},
    Needed{component::controller_manager, "leader-elect-lease-duration"},
    Needed{component::controller_manager, "leader-elect-renew-deadline"},
    Needed{component::controller_manager, "leader-elect-retry-period"},
    Needed{component::controller_manager, "leader-elect-resource-name"},
    Needed{component::controller_manager, "leader-elect-resource-namespace"},
    Needed{component::controller_manager, "feature-gates"},
    Needed{component::controller_manager, "config"},
    Needed{component::controller_manager, "node-monitor-grace-period"},
    Needed{component::controller_manager, "node-monitor-period"},
    Needed{component::controller_manager, "node-eviction-rate"},
    Needed{component::controller_manager, "unhealthy-zone-threshold"},
    Needed{component::controller_manager, "endpointslice-updates-batch-period"},
    Needed{component::scheduler, "leader-elect"},
    Needed{component::scheduler, "leader-elect-lease-duration"},
    Needed{component::scheduler, "leader-elect-renew-deadline"},
    Needed{component::scheduler, "leader-elect-retry-period"},
    Needed{component::scheduler, "leader-elect-resource-name"},
    Needed{component::scheduler, "leader-elect-resource-namespace"},
    Needed{component::scheduler, "config"},
};

Result<FlagSource> read_source(const Json& json) {
  FlagSource source{json_text(json, "/component"), json_text(json, "/node"), json_text(json, "/source"), {}};
  if (source.component.empty()) return infrastructure_error("flags.read", "a source without a component");
  const auto values = json_get<Json>(json, "/values");
  if (!values || !values->is_object())
    return infrastructure_error("flags.read", source.component + ": a source without values");
  for (const auto& [name, value] : values->items()) {
    if (!value.is_string()) return infrastructure_error("flags.read", source.component + ": " + name + " is no text");
    source.values[name] = value.get<std::string>();
  }
  return source;
}

}  // namespace

bool is_needed(std::string_view component, std::string_view name) {
  return std::any_of(kNeeded.begin(), kNeeded.end(),
                     [&](const Needed& needed) { return needed.component == component && needed.name == name; });
}

Json to_json(const ClusterFlags& flags) {
  Json sources = Json::array();
  for (const FlagSource& source : flags.sources) {
    Json values = Json::object();
    for (const auto& [name, value] : source.values) values[name] = value;
    sources.push_back({{"component", source.component},
                       {"node", source.node},
                       {"source", source.source},
                       {"values", std::move(values)}});
  }
  Json unread = Json::array();
  for (const Unread& one : flags.unread)
    unread.push_back({{"component", one.component}, {"node", one.node}, {"reason", one.reason}});
  return {{"version", flags.version}, {"sources", std::move(sources)}, {"unread", std::move(unread)}};
}

Result<ClusterFlags> read_cluster_flags(const Json& event) {
  ClusterFlags flags;
  flags.version = json_text(event, "/version");
  for (const Json& one : json_array(event, "/sources")) {
    auto source = read_source(one);
    if (!source.ok()) return source.error();
    flags.sources.push_back(std::move(*source));
  }
  for (const Json& one : json_array(event, "/unread"))
    flags.unread.push_back({json_text(one, "/component"), json_text(one, "/node"), json_text(one, "/reason")});
  return flags;
}

}  // namespace hadrill::bounds
