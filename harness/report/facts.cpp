#include "report/facts.hpp"

#include <fmt/format.h>

#include <set>

#include "base/duration.hpp"
#include "bounds/cluster_flags.hpp"
#include "bounds/texts.hpp"

namespace hadrill {
namespace {

/// What is no measure is left out: the event keeps it.
std::vector<FaultMeasure> read_measures(const Json& proof) {
  std::vector<FaultMeasure> measures;
  for (const Json& one : json_array(proof, "/measures")) {
    FaultMeasure measure{
        json_text(one, "/what"), json_natural(one, "/value").value_or(-1), json_text(one, "/unit"), {}};
    const auto lower = json_natural(one, "/lowerNs");
    const auto upper = json_natural(one, "/upperNs");
    if (lower && upper && *lower <= *upper) measure.time = Bounds{Duration(*lower), Duration(*upper)};
    if (!measure.what.empty() && (measure.time || measure.value >= 0)) measures.push_back(std::move(measure));
  }
  return measures;
}

/// As the event says; of runs that did not say so yet, as the evidence of the only fault that does.
std::optional<bool> read_stays(const Event& event, const FaultFact& fault) {
  if (const auto stays = json_get<bool>(event.data, "/stays")) return stays;
  if (fault.fault != "process.kill") return std::nullopt;
  return json_get<bool>(event.data, "/proof/held").value_or(false);
}

void note_proof(const Event& event, std::vector<FaultFact>& faults) {
  for (FaultFact& fault : faults) {
    if (!is_about(event, fault)) continue;
    const auto lower = json_natural(event.data, "/t0LowerNs");
    const auto upper = json_natural(event.data, "/t0UpperNs");
    if (!lower || !upper) continue;
    fault.t0_lower = Instant{*lower};
    fault.t0_upper = Instant{*upper};
    fault.stays = read_stays(event, fault);
    if (event.data.contains("proof")) fault.measures = read_measures(event.data.at("proof"));
  }
}

/// Source: pkg/kubelet/kubelet.go (MaxCrashLoopBackOff).
constexpr Duration kDefaultBackOff = std::chrono::minutes(5);

}  // namespace

bool is_about(const Event& event, const FaultFact& fault) {
  if (json_text(event.data, "/step") != fault.step) return false;
  const TargetRef target = target_of(event.data);
  return target.node == fault.target.node && target.pod == fault.target.pod;
}

std::string RunFacts::utc(Instant at) const { return clock ? format_utc(clock->realtime_of(at)) : ""; }

std::string tuned_text(const RunContext& run) {
  const Event* recorded = run.events.last(event_type::flags_read);
  if (recorded == nullptr) return "";
  const auto flags = bounds::read_cluster_flags(recorded->data);
  if (!flags.ok()) return "";
  std::set<std::string> periods;
  for (const bounds::FlagSource& source : flags->sources) {
    const auto period = source.values.find("maxContainerRestartPeriod");
    if (period == source.values.end() || bounds::parse_go_duration(period->second) == kDefaultBackOff) continue;
    periods.insert(period->second);
  }
  if (periods.empty()) return "";
  return fmt::format("kubelets start what crashed again after at most {}; Kubernetes' default is {}",
                     fmt::join(periods, ", "), format_duration(kDefaultBackOff));
}

std::string calibration_text(const RunContext& run) {
  if (!run.calibration) return "not calibrated on this machine";
  return fmt::format("outages of known length were measured within {} of the truth on this machine ({})",
                     format_duration(run.calibration->error), run.calibration->at);
}

std::string to_text(const FaultMeasure& measure) {
  return measure.time ? to_text(*measure.time) : fmt::format("{} {}", measure.value, measure.unit);
}

std::string measured_text(const Finding& finding) {
  if (finding.time) return to_text(*finding.time);
  if (finding.share) return to_text(*finding.share);
  return "not measured";
}

std::string endings_text(const ProberResult& prober) {
  std::vector<std::string> parts;
  for (std::size_t i = 1; i < kOutcomes; ++i) {
    if (prober.outcomes[i] > 0)
      parts.push_back(fmt::format("{} {}", prober.outcomes[i], to_string(static_cast<Outcome>(i))));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

RunFacts read_facts(const RunContext& run) {
  RunFacts facts;
  if (const Event* started = run.events.first(event_type::run_started)) {
    const auto seed = json_natural(started->data, "/seed");
    if (seed) facts.seed = static_cast<std::uint64_t>(*seed);
    const auto realtime = json_natural(started->data, "/realtimeNs");
    if (realtime) facts.clock = ClockPair{started->at, *realtime};
  }
  for (const Event& event : run.events.events) {
    if (event.type == event_type::fault_injecting) {
      for (const Json& target : json_array(event.data, "/targets")) {
        facts.faults.push_back({json_text(event.data, "/step"),
                                json_text(event.data, "/fault"),
                                read_target(target),
                                json_get<bool>(target, "/leads").value_or(false),
                                {},
                                {},
                                {},
                                {}});
      }
    } else if (event.type == event_type::fault_proven) {
      note_proof(event, facts.faults);
    }
  }
  return facts;
}

}  // namespace hadrill
