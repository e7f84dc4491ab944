#include <yaml-cpp/yaml.h>

#include <optional>

#include "bounds/lb_config.hpp"

namespace hadrill::bounds {
namespace {

/// A scalar, or "" without one.
std::string scalar(const YAML::Node& object, const char* name) {
  if (!object || !object.IsMap()) return {};
  const YAML::Node member = object[name];
  return member && member.IsScalar() ? member.Scalar() : std::string();
}

/// Envoy takes the next check from `interval` in every state but unhealthy, and tries a connection of the TCP proxy
/// once.
std::optional<std::map<std::string, std::string>> values_of(const YAML::Node& cluster) {
  if (!cluster || !cluster.IsMap()) return std::nullopt;
  const YAML::Node checks = cluster["health_checks"];
  if (!checks || !checks.IsSequence() || checks.size() != 1) return std::nullopt;
  const YAML::Node check = checks[0];
  std::map<std::string, std::string> values{{"program", "envoy"},
                                            {"interval", scalar(check, "interval")},
                                            {"fast-interval", scalar(check, "interval")},
                                            {"fall", scalar(check, "unhealthy_threshold")},
                                            {"check-timeout", scalar(check, "timeout")},
                                            {"connect-timeout", scalar(cluster, "connect_timeout")},
                                            {"retries", "0"},
                                            {"path", scalar(check["http_health_check"], "path")}};
  // Envoy's own default; the others have to be there.
  if (values["connect-timeout"].empty()) values["connect-timeout"] = "5s";
  for (const auto& [name, value] : values) {
    if (value.empty()) return std::nullopt;
  }
  return values;
}

/// The clusters of a discovery file, or of a static configuration.
YAML::Node clusters_of(const YAML::Node& document) {
  if (!document || !document.IsMap()) return {};
  if (document["resources"]) return document["resources"];
  const YAML::Node fixed = document["static_resources"];
  return fixed && fixed.IsMap() ? fixed["clusters"] : YAML::Node();
}

}  // namespace

Result<FlagSource> read_envoy_config(std::string_view text, const std::string& source) {
  std::optional<std::map<std::string, std::string>> found;
  try {
    const YAML::Node clusters = clusters_of(YAML::Load(std::string(text)));
    if (clusters && clusters.IsSequence()) {
      for (const YAML::Node& cluster : clusters) {
        const auto values = values_of(cluster);
        if (!values) return infrastructure_error(source, "has a cluster without exactly one whole health check");
        if (found && *found != *values)
          return infrastructure_error(source, "has clusters that are checked differently");
        found = values;
      }
    }
  } catch (const YAML::Exception& broken) {
    return infrastructure_error(source, std::string("cannot be read: ") + broken.what());
  }
  if (!found) return infrastructure_error(source, "has no clusters");
  return FlagSource{component::load_balancer, "", source, std::move(*found)};
}

}  // namespace hadrill::bounds
