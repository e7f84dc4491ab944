#include "bounds/kubelet_config.hpp"

#include <yaml-cpp/yaml.h>

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
  const auto mode = flags.values.find("mode");
  keep(config[mode == flags.values.end() ? "iptables" : mode->second], "minSyncPeriod", flags);
  return flags;
}

}  // namespace hadrill::bounds
