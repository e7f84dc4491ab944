#include "probe/operation_factory.hpp"

#include <algorithm>

#include "base/duration.hpp"

namespace hadrill {
namespace {

/// A page that is served whatever else happens to the server: CoreDNS' metrics.
constexpr const char* kGetPath = "/metrics";

NoteSink note_of(const std::string& prober, const OperationContext& context) {
  if (!context.note) return {};
  return [prober, note = context.note](const std::string& text, Instant at) { note(prober, text, at); };
}

bool touches_own_objects(ProbeOperation operation) {
  return operation == ProbeOperation::write || operation == ProbeOperation::list;
}

}  // namespace

http::ConnectionUse connection_of(const ProberSpec& spec) {
  return spec.connection == ConnectionClass::fresh ? http::ConnectionUse::fresh : http::ConnectionUse::reused;
}

Result<std::unique_ptr<Operation>> make_operation(const PlannedProber& planned, std::uint16_t index,
                                                  const OperationContext& context) {
  const OperationPlace place{planned.base, planned.spec.deadline};
  const ProbeOperation kind = planned.spec.operation;
  if (touches_own_objects(kind) && !context.audit) {
    return usage_error("prober " + planned.name, to_string(kind) + " is not possible without the audit's objects");
  }
  switch (kind) {
    case ProbeOperation::read:
      if (planned.spec.through == ProbePath::each_api_server && context.audit && context.audit->registers.ring() > 0)
        return make_register_read(place, index, *context.audit);
      return make_read(place);
    case ProbeOperation::cached_read:
      return make_cached_read(place);
    case ProbeOperation::list:
      return make_list(place, index, *context.audit);
    case ProbeOperation::write:
      return make_write(place, index, *context.audit);
    case ProbeOperation::readyz:
      return make_readyz(place, note_of(planned.name, context));
    case ProbeOperation::health:
      return make_health(place);
    case ProbeOperation::get:
      return make_get(place, planned.spec.service ? planned.spec.service->path : kGetPath);
    case ProbeOperation::count:
      return make_count(place, planned.spec.service->path, context.run, index,
                        [&planned, counted = context.counted](const CounterStep& step) {
                          if (counted) counted(planned, step);
                        });
    case ProbeOperation::scale:
      break;  // not one request: ScaleProber
    case ProbeOperation::echo:
      return make_echo(place);
  }
  return usage_error("prober " + planned.name, "no operation of one request");
}

Result<std::vector<Prober>> make_probers(std::span<const PlannedProber> planned, const OperationContext& context) {
  std::vector<Prober> probers;
  for (const PlannedProber& one : planned) {
    auto operation = make_operation(one, static_cast<std::uint16_t>(probers.size()), context);
    if (!operation.ok()) return operation.error();
    probers.push_back({one.spec.period, one.spec.timeout, connection_of(one.spec), std::move(*operation)});
  }
  return probers;
}

ObjectNumber ring_for(const std::vector<PlannedProber>& planned) {
  constexpr double kResting = 1.25;
  constexpr ObjectNumber kLeast = 16;
  double in_flight = 0;
  for (const PlannedProber& one : planned) {
    if (one.spec.operation != ProbeOperation::write) continue;
    in_flight += seconds_of(one.spec.timeout) / (seconds_of(one.spec.period) * Schedule::kShortestGap) + 2;
  }
  if (in_flight == 0) return 0;
  return std::clamp(static_cast<ObjectNumber>(in_flight * kResting), kLeast, Registers::kMost / 2);
}

}  // namespace hadrill
