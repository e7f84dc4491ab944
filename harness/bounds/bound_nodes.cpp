// Nodes, and instances that come back.
#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
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
/// It writes its node's status so much more seldom than it is told to, at most.
constexpr double kStatusJitter = 1.04;

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

/// How long the pods of the lost nodes stay there.
Range<Duration> toleration_of(FlagReader& reader, const Loss& loss) {
  if (!loss.toleration)
    return reader.time({"T", component::api_server, "default-unreachable-toleration-seconds", "300",
                        "plugin/pkg/admission/defaulttolerationseconds"},
                       Notation::seconds);
  const auto [least, most] = *loss.toleration;
  const std::string shown =
      least == most ? format_duration(most) : fmt::format("{} to {}", format_duration(least), format_duration(most));
  reader.note("T", "tolerationSeconds of the pods, for node.kubernetes.io/unreachable", shown, Origin::set,
              "pod.changed");
  return *loss.toleration;
}

/// Of a zone with more than two lost nodes and too large a share of them, nothing is evicted any more; clusters of up
/// to 50 nodes do not even do so slowly. Source: node_lifecycle_controller.go (ComputeZoneState, ReducedQPSFunc).
void refuse_stopped_evictions(FlagReader& reader, const Loss& loss) {
  constexpr std::size_t kAlwaysEvicted = 2;
  if (loss.nodes <= kAlwaysEvicted) return;
  const auto threshold = reader.number({"Z", component::controller_manager, "unhealthy-zone-threshold", "0.55",
                                        "pkg/controller/nodelifecycle/config/v1alpha1/defaults.go"});
  const std::size_t all = reader.instances(component::kubelet);
  if (static_cast<double>(loss.nodes) >= threshold.least * static_cast<double>(all))
    reader.refuse(
        fmt::format("{} of {} nodes are lost: from --unhealthy-zone-threshold on nothing is evicted", loss.nodes, all));
}

}  // namespace

Duration note_pod_start(FlagReader& reader) {
  return reader.note("v", "start of a pod", Duration(5s), Origin::allowance, "official SLO: pod start-up p99 <= 5 s");
}

Duration crash_back_off(FlagReader& reader, const char* kubelet) {
  return reader
      .time({"B", kubelet, "maxContainerRestartPeriod", "5m", "pkg/kubelet/kubelet.go (MaxCrashLoopBackOff)"},
            Notation::go)
      .most;
}

void allow_spread(FlagReader& reader, const Loss& loss, Formula& formula) {
  if (loss.spread <= Duration::zero()) return;
  formula.upper +=
      reader.note("x", "from the first fault's effect to the last one's", loss.spread, Origin::set, "fault.proven");
  formula.upper_text += " + x";
}

Duration endpoints_written(FlagReader& reader) {
  const auto batch = reader.time({"u", component::controller_manager, "endpointslice-updates-batch-period", "0s",
                                  "cmd/kube-controller-manager/app/options/endpointslicecontroller.go"},
                                 Notation::go);
  return batch.most + reader.note("k", "endpoint slices are written, at the second try", kEndpointsWritten,
                                  Origin::allowance, "pkg/controller/endpointslice, defaultSyncBackOff");
}

Duration rules_written(FlagReader& reader) {
  return reader
      .time({"p", component::kube_proxy, "minSyncPeriod", "1s", "pkg/proxy/apis/config/v1alpha1/defaults.go"},
            Notation::go)
      .most;
}

/// B8. The controller manager looks every P and takes a node for lost when its Lease was not renewed for G as it has
/// seen it; the last renewal was at most N/4, jittered by 1.04, before the crash. B8c: one that takes over from a
/// leader that died, too, has its informers to fill (y) and takes every Lease for renewed at its first look. Sources:
/// node_lifecycle_controller.go (monitorNodeHealth, tryUpdateNodeHealth), component-helpers lease/controller.go; S16.
Formula node_not_ready(FlagReader& reader, const Loss& loss) {
  const auto [grace, period, lease] = node_times(reader);
  const auto renewed =
      Duration(static_cast<Duration::rep>(static_cast<double>(lease.most.count()) / kRenewsPerLease * kRenewJitter));
  Formula formula{std::max(Duration::zero(), grace.least - renewed), grace.most + 2 * period.most, "G - 1.04 N/4",
                  "G + 2P + s"};
  if (loss.manager) {
    const Formula takeover = lease_runs_out(reader, component::controller_manager);
    formula.upper += takeover.upper + reader.note("y", "informers of the new leader", kInformerSync, Origin::allowance,
                                                  "default budgets");
    formula.upper_text = takeover.upper_text + " + y + G + 2P";
  } else {
    formula.upper += note_slack(reader);
  }
  allow_spread(reader, loss, formula);
  return formula;
}

/// A kubelet asks its runtime every h, and calls its node not Ready with the first status that it writes, every M
/// jittered by 1.04, when the last answer is older than C. Its Lease it goes on renewing. Sources: pkg/kubelet
/// kubelet.go (updateRuntimeUp, maxWaitForContainerRuntime, JitterUntil of syncNodeStatus), runtime.go (runtimeErrors).
Formula node_without_runtime(FlagReader& reader, const Loss& loss) {
  const auto written =
      reader.time({"M", component::kubelet, "nodeStatusUpdateFrequency", "10s", kKubelet}, Notation::go);
  const Duration patience = reader.note("C", "kubelet's patience with its runtime", Duration(30s), Origin::constant,
                                        "pkg/kubelet/kubelet.go");
  const Duration asked =
      reader.note("h", "between two questions to it", Duration(5s), Origin::constant, "pkg/kubelet/kubelet.go");
  const auto latest = Duration(static_cast<Duration::rep>(static_cast<double>(written.most.count()) * kStatusJitter));
  Formula formula{patience - asked, patience + latest + note_slack(reader), "C - h", "C + 1.04 M + s"};
  allow_spread(reader, loss, formula);
  return formula;
}

/// B8. In the same pass the node's pods are made not Ready, and the endpoint slice controller writes so, after its
/// batch period. Sources: node_lifecycle_controller.go (MarkPodsNotReady), endpointslice_controller.go.
Formula pods_removed(FlagReader& reader, const Loss& loss) {
  const Formula lost = node_not_ready(reader, loss);
  return {lost.lower, lost.upper + endpoints_written(reader), lost.lower_text, lost.upper_text + " + u + k"};
}

/// So long a new connection to a ClusterIP, or to a NodePort of a node that lives, may be sent to a lost pod: until its
/// node's kube-proxy has written its rules. It may meet another one, so that nothing bounds it from below.
Formula worker_cluster_ip(FlagReader& reader, const Loss& loss) {
  const Formula removed = pods_removed(reader, loss);
  return {Duration::zero(), removed.upper + rules_written(reader), "0", removed.upper_text + " + p"};
}

/// B8b. Then pods are tolerated for T, and a pod has 5 s to start. The first lost node is tainted at once, every
/// further one 1/q later: a token bucket with room for one. Sources: defaulttolerationseconds admission, tainteviction,
/// node_lifecycle_controller.go (EvictionRateLimiterBurst), the official pod start-up SLO; budget S17.
Formula pods_replaced(FlagReader& reader, const Loss& loss) {
  const Formula lost = node_not_ready(reader, loss);
  const auto tolerated = toleration_of(reader, loss);
  const auto rate = reader.number({"q", component::controller_manager, "node-eviction-rate", "0.1",
                                   "cmd/kube-controller-manager/app/options/nodelifecyclecontroller.go"});
  const Duration start = note_pod_start(reader);
  refuse_stopped_evictions(reader, loss);
  if (reader.trouble()) return {};
  constexpr double kSlowest = 1e-3;
  if (rate.least < kSlowest) {
    reader.refuse("--node-eviction-rate is (almost) 0: nothing is ever evicted");
    return {};
  }
  const std::size_t further = loss.nodes - 1;
  const auto turns = Duration(static_cast<Duration::rep>(1e9 / rate.least * static_cast<double>(further)));
  return {lost.lower + tolerated.least, lost.upper + tolerated.most + turns + start, lost.lower_text + " + T",
          further == 0 ? lost.upper_text + " + T + v" : fmt::format("{} + T + {}/q + v", lost.upper_text, further)};
}

/// S4 and S9. The kubelet sees the end of a container within its relist, waits out the crash back-off (at its most: how
/// many crashes came before is not known), the process starts, and the load balancer takes it back. Sources:
/// pkg/kubelet/kubelet.go (crashLoopBackOff), pleg.
Formula redundancy_restored(FlagReader& reader, const char* kubelet, Duration start, const char* source) {
  const Duration relist = note_relist(reader);
  const Duration back_off = crash_back_off(reader, kubelet);
  reader.note("w", "start until it serves", start, Origin::allowance, source);
  return {Duration::zero(), relist + back_off + start + note_slack(reader), "0", "g + B + w + s"};
}

}  // namespace hadrill::bounds
