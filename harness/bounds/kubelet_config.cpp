#include "bounds/kubelet_config.hpp"

#include <yaml-cpp/yaml.h>

#include "bounds/texts.hpp"

namespace hadrill::bounds {
namespace {

/// A mapping, or an error that says what `text` is instead.
Result<YAML::Node> load(std::string_view text, const std::string& source) {
  try {
    YAML::Node document = YAML::Load(std::string(text));
    if (document && document.IsMap()) return document;
  } catch (const YAML::Exception& broken) {
    return infrastructure_error(source, std::string("cannot be read: ") + broken.what());
  }
  return infrastructure_error(source, "is no configuration object");
}

/// Keeps a scalar member that is set; null and "" mean the default.
void keep(const YAML::Node& object, const char* name, FlagSource& into) {
  if (!object || !object.IsMap()) return;
  const YAML::Node member = object[name];
  if (member && member.IsScalar() && !member.Scalar().empty()) into.values[name] = member.Scalar();
}

/// kube-proxy takes a time of nothing for one that nobody set, but not for IPVS. Source:
/// pkg/proxy/apis/config/v1alpha1/defaults.go.
bool is_defaulted(const std::string& mode, const std::string& min_sync_period) {
  return mode != "ipvs" && parse_go_duration(min_sync_period) == Duration::zero();
}

}  // namespace

Result<FlagSource> read_kubelet_config(std::string_view text, const std::string& node, const std::string& source) {
  auto document = load(text, source);
  if (!document.ok()) return document.error();
  const YAML::Node inner = (*document)["kubeletconfig"];
  const YAML::Node config = inner && inner.IsMap() ? inner : *document;
  // A file says what it is, /configz does not.
  const YAML::Node kind = config["kind"];
  const bool told = kind && kind.IsScalar() && kind.Scalar() == "KubeletConfiguration";
  if (!told && !inner) return infrastructure_error(source, "is no KubeletConfiguration");
  FlagSource flags{component::kubelet, node, source, {}};
  for (const char* name : {"nodeStatusUpdateFrequency", "nodeLeaseDurationSeconds", "fileCheckFrequency"})
    keep(config, name, flags);
  keep(config["crashLoopBackOff"], "maxContainerRestartPeriod", flags);
  return flags;
}

Result<FlagSource> read_kube_proxy_config(std::string_view text, const std::string& source) {
  const auto document = load(text, source);
  if (!document.ok()) return document.error();
  FlagSource flags{component::kube_proxy, "", source, {}};
  const YAML::Node config = *document;
  const YAML::Node kind = config["kind"];
  if (!kind || !kind.IsScalar() || kind.Scalar() != "KubeProxyConfiguration")
    return infrastructure_error(source, "is no KubeProxyConfiguration");
  keep(config, "mode", flags);
  const auto set = flags.values.find("mode");
  const std::string mode = set == flags.values.end() ? "iptables" : set->second;
  keep(config[mode], "minSyncPeriod", flags);
  const auto period = flags.values.find("minSyncPeriod");
  if (period != flags.values.end() && is_defaulted(mode, period->second)) flags.values.erase(period);
  return flags;
}

}  // namespace hadrill::bounds
