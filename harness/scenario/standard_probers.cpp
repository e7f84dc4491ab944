#include "scenario/standard_probers.hpp"

namespace hadrill {

const std::vector<ProberSpec>& standard_probers() {
  using namespace std::chrono_literals;
  using enum ProbePath;
  using enum ProbeOperation;
  constexpr auto kNew = ConnectionClass::fresh;
  constexpr auto kReused = ConnectionClass::reused;
  static const std::vector<ProberSpec> probers{
      {"api.read.new", load_balancer, kNew, 100ms, 1s, 10s, read},
      {"api.read.reused", load_balancer, kReused, 50ms, 1s, 10s, read},
      {"api.read.cached", load_balancer, kReused, 200ms, 1s, 10s, cached_read},
      {"api.list", load_balancer, kReused, 500ms, 1s, 10s, list},
      {"api.write", load_balancer, kReused, 100ms, 1s, 10s, write},
      {"api.direct", each_api_server, kReused, 200ms, 1s, 10s, read},
      {"api.ready", each_api_server, kNew, 1s, 1s, 10s, readyz},
      {"etcd.member", each_etcd_member, kReused, 200ms, 1s, 10s, health},
      {"cluster.api", cluster_ip, kNew, 200ms, 1s, 10s, read},
      {"cluster.service", service, kNew, 500ms, 1s, 10s, get},
      {"controllers.act", controllers, kReused, 5s, 10s, 60s, scale},
      {"harness.new", local_echo, kNew, 200ms, 1s, 10s, echo},
      {"harness.reused", local_echo, kReused, 100ms, 1s, 10s, echo},
  };
  return probers;
}

const std::vector<WatcherSpec>& standard_watchers() {
  static const std::vector<WatcherSpec> watchers{{"api.watch", ProbePath::load_balancer},
                                                 {"api.direct.watch", ProbePath::each_api_server}};
  return watchers;
}

}  // namespace hadrill
