// Users of a Service of which some pods are lost and others serve.
#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "bounds/formulas.hpp"

namespace hadrill::bounds {
namespace {

using namespace std::chrono_literals;

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
  if (!loss.readiness) {
    reader.refuse("the readiness probe of the pods is not known");
    return {};
  }
  const ReadinessProbe& probe = *loss.readiness;
  const auto told = [&reader](const char* symbol, const char* name, std::string value) {
    reader.note(symbol, name, std::move(value), Origin::set, "pod.changed");
  };
  told("i", "periodSeconds of the pods' readiness probe", format_duration(probe.period));
  told("o", "timeoutSeconds of it", format_duration(probe.timeout));
  told("m", "failureThreshold of it", fmt::format("{}", probe.failures));
  return until_rules(reader, loss, found_not_ready(probe), "i + o + (m-1) max(i, o) + ");
}

/// A pod with a deletionTimestamp is no endpoint for new connections, from the call on. Its process is told to stop by
/// a kubelet that hears of it at the same time. Source: pkg/controller/endpointslice, endpointslice/util
/// (ShouldPodBeInEndpoints).
Formula pod_deleted(FlagReader& reader, const Loss& loss) { return until_rules(reader, loss, Duration::zero(), ""); }

}  // namespace hadrill::bounds
