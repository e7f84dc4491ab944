// A cluster as kubeadm and kind make it, three control planes, nothing set that has a default.
#pragma once

#include "bounds/bound.hpp"

namespace hadrill::test {

using namespace std::chrono_literals;

/// Sets a flag of every instance of a component; "" removes it.
inline void set_flag(bounds::ClusterFlags& flags, const std::string& component, const std::string& name,
                     const std::string& value) {
  for (bounds::FlagSource& source : flags.sources) {
    if (source.component != component) continue;
    source.values.erase(name);
    if (!value.empty()) source.values[name] = value;
  }
}

inline bounds::ClusterFlags default_flags() {
  namespace component = bounds::component;
  bounds::ClusterFlags flags;
  flags.version = "v1.37.2";
  for (const char* node : {"cp1", "cp2", "cp3"}) {
    for (const char* name :
         {component::etcd, component::api_server, component::controller_manager, component::scheduler})
      flags.sources.push_back({name, node, std::string("/etc/kubernetes/manifests/") + name + ".yaml", {}});
    flags.sources.push_back({component::kubelet,
                             node,
                             "/configz",
                             {{"nodeLeaseDurationSeconds", "40"}, {"maxContainerRestartPeriod", "1s"}}});
  }
  set_flag(flags, component::api_server, "etcd-servers", "https://127.0.0.1:2379");
  for (const char* lease : {component::controller_manager_lease, component::scheduler_lease})
    flags.sources.push_back({lease, "", "Lease of kube-system", {{"leaseDurationSeconds", "15"}}});
  flags.sources.push_back({component::kube_proxy, "", "ConfigMap kube-proxy", {}});
  flags.sources.push_back({component::load_balancer,
                           "",
                           "/tmp/haproxy.cfg",
                           {{"program", "haproxy"},
                            {"interval", "2s"},
                            {"fast-interval", "2s"},
                            {"fall", "2"},
                            {"check-timeout", "3s"},
                            {"connect-timeout", "250ms"},
                            {"retries", "0"},
                            {"path", "/healthz"}}});
  flags.sources.push_back({component::node_load_balancer,
                           "",
                           "/etc/nginx/nginx.conf",
                           {{"program", "nginx"},
                            {"connect-timeout", "1s"},
                            {"next-upstream", "on"},
                            {"max-fails", "1"},
                            {"fail-timeout", "10s"},
                            {"processes", "1"}}});
  return flags;
}

/// What the history tells of pods like those of the workload `web`.
inline bounds::Loss probed_pods() {
  bounds::Loss loss;
  loss.readiness = bounds::ReadinessProbe{1s, 1s, 2};
  return loss;
}

inline void remove_component(bounds::ClusterFlags& flags, const std::string& component) {
  std::erase_if(flags.sources, [&](const bounds::FlagSource& source) { return source.component == component; });
}

}  // namespace hadrill::test
