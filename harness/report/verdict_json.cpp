#include "report/facts.hpp"
#include "report/report.hpp"

namespace hadrill {
namespace {

Json to_json(const Bounds& bounds) {
  return {{"lowerNs", bounds.lower.count()}, {"upperNs", bounds.upper ? Json(bounds.upper->count()) : Json()}};
}

Json to_json(const ShareBounds& bounds) { return {{"lower", bounds.lower}, {"upper", bounds.upper}}; }

Json ns_or_null(const std::optional<Instant>& instant) { return instant ? Json(instant->ns) : Json(); }

Json to_json(const Finding& finding) {
  Json json = {{"id", finding.id},
               {"kind", finding.is_slo ? "slo" : "gate"},
               {"verdict", to_string(finding.judgement)},
               {"text", finding.text}};
  if (finding.time) json["measured"] = to_json(*finding.time);
  if (finding.time_budget) json["budgetNs"] = finding.time_budget->count();
  if (finding.share) json["measured"] = to_json(*finding.share);
  if (finding.share_budget) json["budget"] = *finding.share_budget;
  return json;
}

Json to_json(const OutageSummary& summary) {
  return {{"bad", summary.bad},
          {"longestOutage", to_json(summary.longest)},
          {"totalOutage", to_json(summary.total)},
          {"availability", to_json(summary.availability)}};
}

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? to_json(*value) : Json();
}

Json outcomes_of(const ProberResult& prober) {
  Json outcomes = Json::object();
  for (std::size_t i = 0; i < kOutcomes; ++i) outcomes[to_string(static_cast<Outcome>(i))] = prober.outcomes[i];
  outcomes.erase(to_string(Outcome::aborted));  // never judged
  return outcomes;
}

Json to_json(const ProberResult& prober) {
  Json outages = Json::array();
  for (const Outage& outage : prober.outages) {
    outages.push_back({{"firstBadNs", outage.first_bad.ns},
                       {"lastBadNs", outage.last_bad.ns},
                       {"bad", outage.bad},
                       {"length", to_json(outage.length)}});
  }
  return {{"name", prober.prober.name},
          {"endpoint", prober.prober.endpoint},
          {"through", prober.prober.through},
          {"connection", prober.prober.connection},
          {"periodNs", prober.prober.period.count()},
          {"deadlineNs", prober.prober.deadline.count()},
          {"timeoutNs", prober.prober.timeout.count()},
          {"samples", {{"planned", prober.planned}, {"recorded", prober.recorded}, {"judged", prober.n}}},
          {"baseline", {{"ok", prober.baseline_ok}, {"bad", prober.baseline_bad}}},
          {"outcomes", outcomes_of(prober)},
          {"lateSuccesses", prober.count(Outcome::slow)},
          {"unknownNs", prober.unknown.count()},
          {"summary", to_json(prober.summary)},
          {"outages", std::move(outages)},
          {"impactNs", ns_or_null(prober.impact)},
          {"failover", or_null(prober.failover)}};
}

Json to_json(const Times& times) {
  return {{"t0LowerNs", ns_or_null(times.t0_lower)},
          {"t0UpperNs", ns_or_null(times.t0_upper)},
          {"windowEndNs", ns_or_null(times.window_end)},
          {"impactNs", ns_or_null(times.impact)},
          {"redundancyRestored", or_null(times.redundancy)}};
}

Json to_json(const Validity& validity) {
  return {{"windows", validity.windows},
          {"invalidWindows", validity.invalid_windows},
          {"invalidShare", validity.invalid_share()},
          {"maxLatenessNs", validity.max_lateness.count()},
          {"p99LatenessNs", validity.p99_lateness.count()}};
}

Json to_json(const FaultFact& fault) {
  return {{"step", fault.step},
          {"fault", fault.fault},
          {"role", fault.role},
          {"node", fault.node},
          {"led", fault.led},
          {"t0LowerNs", ns_or_null(fault.t0_lower)},
          {"t0UpperNs", ns_or_null(fault.t0_upper)}};
}

template <typename T>
Json list_of(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(to_json(value));
  return list;
}

}  // namespace

Json verdict_json(const Verdict& verdict, const RunRecord& record) {
  const RunFacts facts = read_facts(record);
  Json json = {{"version", "hadrill/verdict/v1"},
               {"scenario", {{"name", record.scenario.name}, {"topology", record.scenario.topology}}},
               {"seed", facts.seed ? Json(*facts.seed) : Json()},
               {"startedUtc", facts.clock ? Json(facts.utc(facts.clock->monotonic)) : Json()},
               {"verdict", to_string(verdict.judgement)},
               {"exitCode", exit_code(verdict)},
               {"cleanupIncomplete", verdict.cleanup_incomplete}};
  json["faults"] = list_of(facts.faults);
  json["findings"] = list_of(verdict.findings);
  json["times"] = to_json(verdict.times);
  json["validity"] = to_json(verdict.validity);
  json["api"] = or_null(verdict.api);
  json["probers"] = list_of(verdict.probers);
  json["notes"] = verdict.notes;
  json["unhealed"] = verdict.unhealed;
  return json;
}

}  // namespace hadrill
