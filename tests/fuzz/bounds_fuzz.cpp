// Whatever a node or a load balancer says: reading it does not crash, and what was read makes a bound that is in order
// or an error that says why. The first byte says as what the rest is read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "bounds/bound.hpp"
#include "bounds/kubelet_config.hpp"
#include "bounds/lb_config.hpp"
#include "bounds/pod_flags.hpp"

namespace {

using namespace hadrill;
using namespace hadrill::bounds;

Result<FlagSource> read_as(char kind, std::string_view text) {
  switch (kind) {
    case 'h':
      return read_haproxy_config(text, "fuzz");
    case 'n':
      return read_nginx_config(text, "fuzz");
    case 'e':
      return read_envoy_config(text, "fuzz");
    case 'k':
      return read_kubelet_config(text, "n", "fuzz");
    case 'x':
      return read_kube_proxy_config(text, "fuzz");
    case 'm':
      return read_pod_flags(text, component::etcd, "n", "fuzz");
    default:
      return read_pod_flags(text, component::scheduler, "n", "fuzz");
  }
}

/// Flags in the form of the event.
Result<ClusterFlags> read_event(std::string_view text) {
  const auto json = parse_json(text, "fuzz");
  if (!json.ok()) return json.error();
  return read_cluster_flags(*json);
}

void check_bounds(const ClusterFlags& flags) {
  for (const Failover failover : kFailovers) {
    const auto bound = bound_of(failover, flags);
    if (!bound.ok() && bound.error().message.empty()) std::abort();
    if (bound.ok() && (bound->lower < Duration::zero() || bound->upper < bound->lower)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const char kind = static_cast<char>(data[0]);
  if (kind == 'j') {
    const auto flags = read_event(text);
    if (flags.ok()) check_bounds(*flags);
    return 0;
  }
  const auto read = read_as(kind, text);
  if (!read.ok()) return 0;
  ClusterFlags flags{"v1.37.2", {*read}, {}};
  // What the formulas of the other components need.
  for (const char* name : {component::etcd, component::api_server, component::controller_manager, component::scheduler})
    flags.sources.push_back({name, "n", "fuzz", {}});
  check_bounds(flags);
  return 0;
}
