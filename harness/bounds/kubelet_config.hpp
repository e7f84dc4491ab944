// Owns reading configuration objects of nodes: KubeletConfiguration and KubeProxyConfiguration. Pure.
#pragma once

#include <string_view>

#include "bounds/cluster_flags.hpp"

namespace hadrill::bounds {

/// A KubeletConfiguration as /configz gives it (below "kubeletconfig", with all defaults filled in) or as it stands in
/// a file (YAML). Values: nodeStatusUpdateFrequency, nodeLeaseDurationSeconds, fileCheckFrequency,
/// maxContainerRestartPeriod (of crashLoopBackOff). Error (infrastructure): no such document.
Result<FlagSource> read_kubelet_config(std::string_view text, const std::string& node, const std::string& source);

/// A KubeProxyConfiguration. Values: mode, minSyncPeriod (of that mode), as far as they are set; 0 is as good as not
/// set where kube-proxy takes it so.
Result<FlagSource> read_kube_proxy_config(std::string_view text, const std::string& source);

}  // namespace hadrill::bounds
