// A scenario back to YAML, with nothing left to defaults.
#include <fmt/format.h>

#include "base/duration.hpp"
#include "base/percent.hpp"
#include "document/yaml_scalar.hpp"
#include "scenario/load.hpp"

namespace hadrill {
namespace {

/// Flow style: "{a: 1, b: [x, y]}".
std::string flow(const Json& value) {
  if (value.is_string()) return yaml_scalar(value.get<std::string>());
  if (!value.is_structured()) return value.dump();
  std::vector<std::string> parts;
  if (value.is_array()) {
    for (const Json& entry : value) parts.push_back(flow(entry));
    return fmt::format("[{}]", fmt::join(parts, ", "));
  }
  for (const auto& [key, member] : value.items())
    parts.push_back(fmt::format("{}: {}", yaml_scalar(key), flow(member)));
  return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

Json select_json(const Selector& select) {
  if (select.kind == Selector::Kind::fixed) return Json::object({{"fixed", select.count}});
  if (select.kind == Selector::Kind::nth) return Json::object({{"nth", select.count}});
  if (select.kind == Selector::Kind::node) return Json::object({{"node", select.node}});
  if (select.kind == Selector::Kind::holder) return Json::object({{"holder-of", select.lease}});
  return to_string(select);
}

Json target_json(const Target& target) {
  Json out = {{"role", to_string(target.role)}};
  if (target.role == TargetRole::pod || !target.labels.empty()) {
    out["namespace"] = target.namespace_;
    out["labels"] = target.labels;
  }
  out["select"] = select_json(target.select);
  return out;
}

Json step_json(const InjectStep& step) {
  Json inject = {{"fault", step.fault}, {"target", target_json(step.target)}};
  if (step.ttl > Duration::zero()) inject["ttl"] = format_duration(step.ttl);
  if (step.expect_quorum_loss) inject["expect"] = "quorum-loss";
  inject["overlap"] = step.overlapping ? "allowed" : "refused";
  for (const auto& [name, value] : step.parameters.items()) inject[name] = value;
  return {{"id", step.id}, {"inject", inject}};
}

Json step_json(const ObserveStep& step) {
  if (!step.until_recovered) {
    return {{"id", step.id}, {"observe", Json::object({{"for", format_duration(step.at_least)}})}};
  }
  const bool fails = step.on_timeout == ObserveStep::OnTimeout::fail;
  return {{"id", step.id},
          {"observe",
           {{"until", "recovered"},
            {"atLeast", format_duration(step.at_least)},
            {"timeout", format_duration(step.timeout)},
            {"onTimeout", fails ? "fail" : "continue"}}}};
}

Json step_json(const HealStep& step) { return {{"id", step.id}, {"heal", step.step}}; }

Json stop_json(const StopCondition& condition) {
  return {{"when", to_string(condition.when)}, {"for", format_duration(condition.lasting)}};
}

Json prober_json(const ProberSpec& prober) {
  Json json = {{"name", prober.name},
               {"through", to_string(prober.through)},
               {"operation", to_string(prober.operation)},
               {"connection", to_string(prober.connection)},
               {"period", format_duration(prober.period)},
               {"deadline", format_duration(prober.deadline)},
               {"timeout", format_duration(prober.timeout)}};
  if (prober.service) {
    json["service"] = {{"namespace", prober.service->namespace_},
                       {"name", prober.service->name},
                       {"port", prober.service->port},
                       {"path", prober.service->path}};
  }
  return json;
}

Json watcher_json(const WatcherSpec& watcher) {
  return {{"name", watcher.name}, {"through", to_string(watcher.through)}, {"operation", "watch"}};
}

Json slo_json(const Slo& slo) {
  const bool is_share = slo.sli.kind == SliRef::Kind::availability;
  if (slo.automatic) return {{"sli", slo.sli.text}, {"budget", kAutomaticBudget}};
  return {{"sli", slo.sli.text},
          {"budget", is_share ? format_percent(slo.availability) + "%" : format_duration(slo.budget)}};
}

std::string topologies_yaml(const std::vector<std::string>& topologies) {
  return topologies.size() == 1 ? yaml_scalar(topologies.front()) : flow(Json(topologies));
}

}  // namespace

std::string resolved_yaml(const Scenario& scenario) {
  const Json metadata = {{"name", scenario.name}, {"description", scenario.description}, {"tags", scenario.tags}};
  std::string out = fmt::format("apiVersion: hadrill/v1\nkind: Scenario\nmetadata: {}\ntopology: {}\n", flow(metadata),
                                topologies_yaml(scenario.topologies));
  out += fmt::format("steadyState: {{hold: {}{}}}\nprobers:\n", format_duration(scenario.steady_state_hold),
                     scenario.leaders_together ? fmt::format(", leaders: {}", kLeadersTogether) : "");
  for (const ProberSpec& prober : scenario.probers) out += fmt::format("  - {}\n", flow(prober_json(prober)));
  for (const WatcherSpec& watcher : scenario.watchers) out += fmt::format("  - {}\n", flow(watcher_json(watcher)));
  out += "method:\n";
  for (const Step& step : scenario.method) {
    out += fmt::format("  - {}\n", flow(std::visit([](const auto& s) { return step_json(s); }, step)));
  }
  out += "slo:\n";
  for (const Slo& slo : scenario.slos) out += fmt::format("  - {}\n", flow(slo_json(slo)));
  out += scenario.stop_conditions.empty() ? "stopConditions: []\n" : "stopConditions:\n";
  for (const StopCondition& condition : scenario.stop_conditions)
    out += fmt::format("  - {}\n", flow(stop_json(condition)));
  return out;
}

}  // namespace hadrill
