// Users of a Service of which some pods are lost and others serve.
#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "bounds/formulas.hpp"

namespace hadrill::bounds {
namespace {

using namespace std::chrono_literals;

void note_told(FlagReader& reader, const char* symbol, const char* name, std::string value) {
  reader.note(symbol, name, std::move(value), Origin::set, "pod.changed");
}

/// Notes how the pods are probed. Trouble: it is not known.
void note_probe(FlagReader& reader, const Loss& loss) {
  if (!loss.readiness) return reader.refuse("the readiness probe of the pods is not known");
  note_told(reader, "i", "periodSeconds of the pods' readiness probe", format_duration(loss.readiness->period));
  note_told(reader, "o", "timeoutSeconds of it", format_duration(loss.readiness->timeout));
}

/// From what the kubelet or the API knows of the pod to rules that hand no new connection to it. Which pod a connection
/// meets is chance, so that nothing bounds this from below.
Formula until_rules(FlagReader& reader, const Loss& loss, Duration known, const std::string& known_text) {
  Formula formula{Duration::zero(), known + endpoints_written(reader) + rules_written(reader) + note_slack(reader), "0",
                  known_text + "u + k + p + s"};
  allow_spread(reader, loss, formula);
  return formula;
}

}  // namespace

Duration found_not_ready(const ReadinessProbe& probe) {
  return probe.period + probe.timeout + (probe.failures - 1) * std::max(probe.period, probe.timeout);
}

Duration found_ready(const ReadinessProbe& probe) {
  return probe.delay + probe.successes * std::max(probe.period, probe.timeout) + probe.timeout;
}

Duration note_relist(FlagReader& reader) {
  return reader.note("g", "relist of the kubelet", Duration(1s), Origin::constant, "pkg/kubelet/kubelet.go");
}

/// The container's end is seen at the next relist; the pod is not Ready then, whatever its probe says. Source:
/// pkg/kubelet/pleg/generic.go, pkg/kubelet/status/generate.go (GeneratePodReadyCondition).
Formula pod_ends(FlagReader& reader, const Loss& loss) {
  return until_rules(reader, loss, note_relist(reader), "g + ");
}

/// The kernel accepts connections for a process that stands still, so only its readiness probe finds out.
Formula pod_hangs(FlagReader& reader, const Loss& loss) {
  note_probe(reader, loss);
  if (!loss.readiness) return {};
  note_told(reader, "m", "failureThreshold of it", fmt::format("{}", loss.readiness->failures));
  return until_rules(reader, loss, found_not_ready(*loss.readiness), "i + o + (m-1) max(i, o) + ");
}

/// A pod with a deletionTimestamp is no endpoint for new connections, from the call on. Its process is told to stop by
/// a kubelet that hears of it at the same time. Source: pkg/controller/endpointslice, endpointslice/util
/// (ShouldPodBeInEndpoints).
Formula pod_deleted(FlagReader& reader, const Loss& loss) { return until_rules(reader, loss, Duration::zero(), ""); }

/// Nobody is left, so that users wait for containers: their end is seen at a relist, the back-off is waited out at its
/// most (how many crashes came before is not known), they start and are found Ready. When the last one is so, the rules
/// of every node have pods that serve, and none that does not. Sources: as above; pkg/kubelet/kubelet.go
/// (crashLoopBackOff), prober/worker.go.
Formula pods_restart(FlagReader& reader, const Loss& loss) {
  note_probe(reader, loss);
  if (!loss.readiness) return {};
  note_told(reader, "j", "initialDelaySeconds of it", format_duration(loss.readiness->delay));
  note_told(reader, "l", "successThreshold of it", fmt::format("{}", loss.readiness->successes));
  const Duration runs = note_relist(reader) + crash_back_off(reader, component::kubelet) + note_pod_start(reader);
  return until_rules(reader, loss, runs + found_ready(*loss.readiness), "g + B + v + j + l max(i, o) + o + ");
}

}  // namespace hadrill::bounds
