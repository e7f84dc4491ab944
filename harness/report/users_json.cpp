#include "report/users_json.hpp"

namespace hadrill {
namespace {

Json to_json(const OutageSummary& summary) {
  return {{"bad", summary.bad},
          {"lateSuccesses", summary.late},
          {"longestOutage", to_json(summary.longest)},
          {"totalOutage", to_json(summary.total)},
          {"availability", to_json(summary.availability)}};
}

Json to_json(const WorstWindow& window) {
  return {{"windowNs", window.length.count()}, {"availability", or_null(window.availability)}};
}

Json to_json(const Outage& outage) {
  return {{"firstBadNs", outage.first_bad.ns},
          {"lastBadNs", outage.last_bad.ns},
          {"bad", outage.bad},
          {"length", to_json(outage.length)}};
}

Json to_json(const Attribution& attribution) {
  return {{"to", to_string(attribution.culprit)},
          {"instances", attribution.instances},
          {"because", attribution.because},
          {"down", attribution.down},
          {"up", attribution.up},
          {"unclear", attribution.unclear}};
}

Json to_json(const MergedOutage& outage) {
  const auto seen = [](Instant at) { return at == kDistantPast || at == kDistantFuture ? Json() : Json(at.ns); };
  return {{"lastGoodBeforeNs", seen(outage.span.begin)},
          {"firstGoodAfterNs", seen(outage.span.end)},
          {"length", to_json(outage.length)},
          {"attribution", to_json(outage.attribution)}};
}

Json outcomes_of(const ProberResult& prober) {
  Json outcomes = Json::object();
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (is_judged(outcome)) outcomes[to_string(outcome)] = prober.outcomes[i];
  }
  return outcomes;
}

template <typename T>
Json array_of(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(to_json(value));
  return list;
}

Json summary_or_null(const std::optional<OutageSummary>& summary) { return summary ? to_json(*summary) : Json(); }

}  // namespace

Json to_json(const Bounds& bounds) {
  return {{"lowerNs", bounds.lower.count()}, {"upperNs", bounds.upper ? Json(bounds.upper->count()) : Json()}};
}

Json to_json(const ShareBounds& bounds) { return {{"lower", bounds.lower}, {"upper", bounds.upper}}; }

Json ns_or_null(const std::optional<Instant>& instant) { return instant ? Json(instant->ns) : Json(); }

Json to_json(const ProberResult& prober) {
  Json json = {{"name", prober.prober.name},
               {"endpoint", prober.prober.endpoint},
               {"through", prober.prober.through},
               {"connection", prober.prober.connection},
               {"operation", prober.prober.operation},
               {"userFacing", prober.prober.user_facing()},
               {"periodNs", prober.prober.period.count()},
               {"deadlineNs", prober.prober.deadline.count()},
               {"timeoutNs", prober.prober.timeout.count()},
               {"samples", {{"planned", prober.planned}, {"recorded", prober.recorded}, {"judged", prober.n}}},
               {"baseline", {{"ok", prober.baseline_ok}, {"bad", prober.baseline_bad}}},
               {"preparationBad", prober.preparation_bad},
               {"outcomes", outcomes_of(prober)},
               {"lateSuccesses", prober.count(Outcome::slow)},
               {"unknownNs", prober.unknown.count()},
               {"summary", to_json(prober.summary)}};
  json["owed"] = prober.user ? summary_or_null(prober.user->owed) : Json();
  json["notOwed"] = prober.user ? summary_or_null(prober.user->not_owed) : Json();
  json["worstWindows"] = prober.user ? array_of(prober.user->worst_windows) : Json::array();
  json["outageCount"] = prober.outage_count;
  json["outages"] = array_of(prober.outages);
  json["impactNs"] = ns_or_null(prober.impact);
  json["failover"] = or_null(prober.failover);
  return json;
}

Json to_json(const ApiResult& api) {
  Json json = to_json(static_cast<const OutageSummary&>(api));
  json["owed"] = summary_or_null(api.owed);
  json["notOwed"] = summary_or_null(api.not_owed);
  json["worstWindows"] = array_of(api.worst_windows);
  json["outageCount"] = api.outage_count;
  json["outages"] = array_of(api.outages);
  return json;
}

}  // namespace hadrill
