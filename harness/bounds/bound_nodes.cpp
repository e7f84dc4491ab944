// Nodes, and instances that come back.
#include <algorithm>

#include "bounds/formulas.hpp"
#include "bounds/texts.hpp"

namespace hadrill::bounds {
namespace {

using namespace std::chrono_literals;

constexpr const char* kLifecycle = "pkg/controller/nodelifecycle/config/v1alpha1/defaults.go";
constexpr const char* kKubelet = "pkg/kubelet/apis/config/v1beta1/defaults.go";
/// A kubelet renews the Lease of its node after this share of its duration, a little later by jitter.
constexpr int kRenewsPerLease = 4;
constexpr double kRenewJitter = 1.04;

struct NodeTimes {
  Range<Duration> grace;
  Range<Duration> period;
  Range<Duration> lease;  ///< of a node
};

NodeTimes node_times(FlagReader& reader) {
  // 40 s until 1.31, 50 s since 1.32 (kubernetes#126287).
  const bool newer = reader.version() >= std::pair(1, 32);
  return {
      reader.time({"G", component::controller_manager, "node-monitor-grace-period", newer ? "50s" : "40s", kLifecycle},
                  Notation::go),
      reader.time({"P", component::controller_manager, "node-monitor-period", "5s", kLifecycle}, Notation::go),
      reader.time({"N", component::kubelet, "nodeLeaseDurationSeconds", "40", kKubelet}, Notation::seconds)};
}

}  // namespace

/// B8. The controller manager looks every P and takes a node for lost when its Lease was not renewed for G as it has
/// seen it; the last renewal was at most N/4, jittered by 1.04, before the crash. In the same pass the node's pods stop
/// being Ready and leave the endpoints. Sources: node_lifecycle_controller.go, component-helpers lease/controller.go;
/// budget S16.
Formula node_not_ready(FlagReader& reader) {
  const auto [grace, period, lease] = node_times(reader);
  const auto renewed =
      Duration(static_cast<Duration::rep>(static_cast<double>(lease.most.count()) / kRenewsPerLease * kRenewJitter));
  return {std::max(Duration::zero(), grace.least - renewed), grace.most + 2 * period.most + note_slack(reader),
          "G - 1.04 N/4", "G + 2P + s"};
}

/// B8b. Then pods are tolerated for T, one node is evicted per 1/q, and a pod has 5 s to start. Sources:
/// defaulttolerationseconds admission, tainteviction, the official pod start-up SLO; budget S17.
Formula pods_replaced(FlagReader& reader) {
  const Formula lost = node_not_ready(reader);
  const auto tolerated = reader.time({"T", component::api_server, "default-unreachable-toleration-seconds", "300",
                                      "plugin/pkg/admission/defaulttolerationseconds"},
                                     Notation::seconds);
  const auto rate = reader.number({"q", component::controller_manager, "node-eviction-rate", "0.1",
                                   "cmd/kube-controller-manager/app/options/nodelifecyclecontroller.go"});
  const Duration start =
      reader.note("v", "start of a pod", Duration(5s), Origin::allowance, "official SLO: pod start-up p99 <= 5 s");
  if (reader.trouble()) return {};
  constexpr double kSlowest = 1e-3;
  if (rate.least < kSlowest) {
    reader.refuse("--node-eviction-rate is (almost) 0: nothing is ever evicted");
    return {};
  }
  const auto turn = Duration(static_cast<Duration::rep>(1e9 / rate.least));
  return {lost.lower + tolerated.least, lost.upper + tolerated.most + turn + start, lost.lower_text + " + T",
          lost.upper_text + " + T + 1/q + v"};
}

/// S4 and S9. The kubelet sees the end of a container within its relist, waits out the crash back-off (at its most: how
/// many crashes came before is not known), the process starts, and the load balancer takes it back. Sources:
/// pkg/kubelet/kubelet.go (crashLoopBackOff), pleg.
Formula redundancy_restored(FlagReader& reader, Duration start, const char* source) {
  const Duration relist =
      reader.note("g", "relist of the kubelet", Duration(1s), Origin::constant, "pkg/kubelet/kubelet.go");
  const auto back_off = reader.time(
      {"B", component::kubelet, "maxContainerRestartPeriod", "5m", "pkg/kubelet/kubelet.go (MaxCrashLoopBackOff)"},
      Notation::go);
  reader.note("w", "start until it serves", start, Origin::allowance, source);
  return {Duration::zero(), relist + back_off.most + start + note_slack(reader), "0", "g + B + w + s"};
}

}  // namespace hadrill::bounds
