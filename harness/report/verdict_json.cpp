#include "report/budget_origin.hpp"
#include "report/facts.hpp"
#include "report/hypothesis.hpp"
#include "report/leadership.hpp"
#include "report/report.hpp"
#include "report/users_json.hpp"

namespace hadrill {
namespace {

Json to_json(const Finding& finding) {
  Json json = {{"id", finding.id},
               {"kind", finding.is_slo ? "slo" : "gate"},
               {"verdict", to_string(finding.judgement)},
               {"text", finding.text}};
  if (finding.time) json["measured"] = to_json(*finding.time);
  if (finding.time_budget) json["budgetNs"] = finding.time_budget->count();
  if (finding.share) json["measured"] = to_json(*finding.share);
  if (finding.share_budget) json["budget"] = *finding.share_budget;
  if (finding.bound) json["bound"] = bound_json(*finding.bound);
  return json;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json to_json(const RunTime& time) {
  return {{"time", time.id},
          {"what", time.what},
          {"about", time.about},
          {"source", time.source},
          {"sinceT0", or_null(time.since_t0)},
          {"notMeasured", text_or_null(time.not_measured)}};
}

Json to_json(const Validity& validity) {
  return {{"windows", validity.windows},
          {"invalidWindows", validity.invalid_windows},
          {"nullProber", validity.null_prober},
          {"nullBadWindows", validity.null_bad_windows},
          {"invalidShare", validity.invalid_share()},
          {"maxLatenessNs", validity.max_lateness.count()},
          {"p99LatenessNs", validity.p99_lateness.count()}};
}

Json to_json(const FaultMeasure& measure) {
  if (measure.time) return {{"what", measure.what}, {"measured", to_json(*measure.time)}};
  return {{"what", measure.what}, {"measured", measure.value}, {"unit", measure.unit}};
}

Json to_json(const FaultFact& fault) {
  Json measures = Json::array();
  for (const FaultMeasure& measure : fault.measures) measures.push_back(to_json(measure));
  Json json = {{"step", fault.step},
               {"fault", fault.fault},
               {"role", fault.target.role},
               {"node", fault.target.node},
               {"led", fault.led},
               {"t0LowerNs", ns_or_null(fault.t0_lower)},
               {"t0UpperNs", ns_or_null(fault.t0_upper)},
               {"measures", std::move(measures)}};
  if (!fault.target.pod.empty()) json["pod"] = fault.target.pod;
  return json;
}

Json to_json(const OperationResult& operation) {
  return {{"operation", operation.operation},
          {"probers", operation.probers},
          {"samples", {{"planned", operation.planned}, {"recorded", operation.recorded}, {"judged", operation.judged}}},
          {"baselineOk", operation.baseline_ok}};
}

Json to_json(const NotOwed& stretch) {
  return {{"step", stretch.step},
          {"fromNs", stretch.begin.ns},
          {"toNs", stretch.end == kDistantFuture ? Json() : Json(stretch.end.ns)},
          {"reason", stretch.reason}};
}

template <typename T>
Json array_of(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(to_json(value));
  return list;
}

Json to_json(const Times& times) {
  return {{"t0LowerNs", ns_or_null(times.t0_lower)},         {"t0UpperNs", ns_or_null(times.t0_upper)},
          {"windowEndNs", ns_or_null(times.window_end)},     {"impactNs", ns_or_null(times.impact)},
          {"redundancyRestored", or_null(times.redundancy)}, {"course", array_of(times.course)}};
}

/// A percentile is told only where enough samples lie beyond it.
Json percentile_or_null(const DurationHistogram& lateness, double share, std::size_t least) {
  return lateness.count() < least ? Json() : Json(lateness.percentile(share).count());
}

Json lateness_of(const DurationHistogram& lateness) {
  Json octaves = Json::array();
  for (const DurationHistogram::Octave& octave : lateness.octaves()) {
    octaves.push_back({{"atMostNs", octave.at_most.count()}, {"count", octave.count}});
  }
  return {{"count", lateness.count()},
          {"p50Ns", percentile_or_null(lateness, 0.5, 1)},
          {"p99Ns", percentile_or_null(lateness, 0.99, 100)},
          {"p999Ns", percentile_or_null(lateness, 0.999, 1000)},
          {"maxNs", lateness.max().count()},
          {"relativeError", DurationHistogram::kRelativeError},
          {"histogram", std::move(octaves)}};
}

Json to_json(const HarnessCost& cost) {
  return {{"cpuSeconds", cost.cpu_seconds ? Json(*cost.cpu_seconds) : Json()},
          {"maxRssKib", cost.max_rss_kib ? Json(*cost.max_rss_kib) : Json()},
          {"requests", cost.requests},
          {"connectionsOpened", cost.connections_opened},
          {"lateness", lateness_of(cost.lateness)}};
}

Json calibration_of(const RunContext& run) {
  if (!run.calibration) return {};
  return {{"errorNs", run.calibration->error.count()}, {"at", run.calibration->at}};
}

}  // namespace

Json verdict_json(const Verdict& verdict, const RunContext& run) {
  const RunFacts facts = read_facts(run);
  const auto& topologies = run.scenario.topologies;
  Json json = {{"version", "hadrill/verdict/v1"},
               {"scenario", {{"name", run.scenario.name}, {"topology", topologies.empty() ? "" : topologies.front()}}},
               {"seed", facts.seed ? Json(*facts.seed) : Json()},
               {"startedUtc", facts.clock ? Json(facts.utc(facts.clock->monotonic)) : Json()},
               {"verdict", to_string(verdict.judgement)},
               {"exitCode", exit_code(verdict)},
               {"cleanupIncomplete", verdict.cleanup_incomplete}};
  json["faults"] = array_of(facts.faults);
  json["findings"] = array_of(verdict.findings);
  json["times"] = to_json(verdict.times);
  json["leadership"] = array_of(verdict.leadership);
  json["workload"] = array_of(verdict.workload);
  json["validity"] = to_json(verdict.validity);
  json["calibration"] = calibration_of(run);
  json["notOwed"] = array_of(verdict.not_owed);
  json["api"] = or_null(verdict.api);
  json["probers"] = array_of(verdict.probers);
  json["operations"] = array_of(verdict.operations);
  json["harness"] = to_json(verdict.harness);
  if (verdict.hypothesis) json["hypothesis"] = to_json(*verdict.hypothesis);
  json["notes"] = verdict.notes;
  json["unhealed"] = verdict.unhealed;
  return json;
}

}  // namespace hadrill
