// Steps: targets that make sense, parameters with their defaults, and that something is measured after the last fault.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/duration.hpp"
#include "scenario/explain.hpp"
#include "scenario/reader.hpp"
#include "scenario/schema.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, TargetRole>, 4> kRoles{
    {{"apiserver", TargetRole::apiserver},
     {"etcd", TargetRole::etcd},
     {"controller-manager", TargetRole::controller_manager},
     {"scheduler", TargetRole::scheduler}}};
constexpr std::array<std::pair<std::string_view, Selector::Kind>, 4> kSelectors{
    {{"one", Selector::Kind::one},
     {"all", Selector::Kind::all},
     {"leader", Selector::Kind::leader},
     {"follower", Selector::Kind::follower}}};

Selector read_selector(const Reader& reader, const std::string& at) {
  Selector select;
  if (reader.has(at + "/fixed")) {
    select.kind = Selector::Kind::fixed;
    // Out of range was complained about; a huge number must not even be converted.
    if (!reader.problems.about(at + "/fixed"))
      select.count = json_get<int>(reader.document.root, at + "/fixed").value_or(1);
  } else if (reader.has(at + "/node")) {
    select.kind = Selector::Kind::node;
    select.node = reader.text(at + "/node");
  } else {
    select.kind = enum_from(kSelectors, reader.text(at));
  }
  return select;
}

Target read_target(const Reader& reader, const std::string& at) {
  Target target;
  target.role = enum_from(kRoles, reader.text(at + "/role"));
  target.select = read_selector(reader, at + "/select");
  const bool by_leadership =
      target.select.kind == Selector::Kind::leader || target.select.kind == Selector::Kind::follower;
  if (by_leadership && reader.text(at + "/role") == "apiserver") {
    reader.complain(
        at + "/select",
        fmt::format("select is {}, but API servers have no leader, all of them serve; allowed for apiserver: "
                    "one, all, {{fixed: N}}, {{node: NAME}}",
                    in_quotes(to_string(target.select))));
  }
  return target;
}

/// The parameters in the order of the schema, with defaults written in.
Json read_parameters(const Reader& reader, const std::string& fault, const std::string& at) {
  Json parameters = Json::object();
  const Json schemas = fault_parameters(fault);
  for (const auto& [name, schema] : schemas.items()) {
    const Json::json_pointer written(child_pointer(at, name));
    if (reader.document.root.contains(written)) {
      parameters[name] = reader.document.root.at(written);
    } else if (schema.contains("default")) {
      parameters[name] = schema.at("default");
    }
  }
  if (!schemas.empty()) return parameters;
  for (const auto& [name, unused] : reader.document.root.at(Json::json_pointer(at)).items()) {
    if (name == "fault" || name == "target") continue;
    reader.problems.add(reader.document.positions.key(child_pointer(at, name)),
                        unknown_word("key", name, {"fault", "target"}));
  }
  return parameters;
}

InjectStep read_inject(const Reader& reader, const std::string& at) {
  InjectStep step;
  if (!reader.document.root.at(Json::json_pointer(at)).is_object()) return step;
  step.fault = reader.text(at + "/fault");
  step.target = read_target(reader, at + "/target");
  const std::vector<std::string>& known = reader.capabilities.faults;
  if (known.empty() || std::find(known.begin(), known.end(), step.fault) != known.end()) {
    step.parameters = read_parameters(reader, step.fault, at);
  } else if (reader.has(at + "/fault")) {
    reader.complain(at + "/fault", unknown_word("fault", step.fault, known));
  }
  return step;
}

/// A time to observe: measuring for no time at all is a mistake.
Duration read_observed_time(const Reader& reader, const std::string& at) {
  return reader.duration_within(at, 1ms, 1ms, ScenarioLimits::total_time);
}

ObserveStep read_observe(const Reader& reader, const std::string& at) {
  ObserveStep step;
  if (!reader.has(at + "/until")) {
    step.at_least = read_observed_time(reader, reader.has(at + "/for") ? at + "/for" : at);
    return step;
  }
  step.until_recovered = true;
  step.at_least = reader.duration_within(at + "/atLeast", 0s, 0s, ScenarioLimits::total_time);
  step.timeout = read_observed_time(reader, at + "/timeout");
  if (reader.text(at + "/onTimeout") == "continue") step.on_timeout = ObserveStep::OnTimeout::go_on;
  if (reader.has(at + "/timeout") && step.at_least > step.timeout && !reader.problems.about(at + "/timeout")) {
    reader.complain(at + "/atLeast",
                    fmt::format("atLeast is {}, longer than the timeout of {}; allowed: at most the timeout",
                                format_duration(step.at_least), format_duration(step.timeout)));
  }
  return step;
}

void check_ids(const Reader& reader, const std::vector<std::string>& ids) {
  std::map<std::string, std::size_t> first_with;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto [first, is_new] = first_with.emplace(ids[i], i);
    if (is_new) continue;
    reader.complain(fmt::format("/method/{}/id", i),
                    fmt::format("id {} is taken by method[{}]; choose another id", in_quotes(ids[i]), first->second));
  }
}

void check_order(const Reader& reader, const std::vector<Step>& method) {
  if (method.empty() || !std::holds_alternative<InjectStep>(method.back())) return;
  reader.complain(child_pointer("/method", method.size() - 1),
                  fmt::format("no observe step follows the last inject, so nothing would be measured; add one, e.g. "
                              "- observe: {{until: recovered, timeout: 2m}}"));
}

}  // namespace

Duration longest_time(const ObserveStep& step) { return std::max(step.at_least, step.timeout); }

std::vector<Step> read_method(const Reader& reader) {
  std::vector<Step> method;
  std::vector<std::string> ids;
  bool all_clear = true;
  for (std::size_t i = 0; i < reader.list("/method").size(); ++i) {
    const std::string at = child_pointer("/method", i);
    ids.push_back(reader.text(at + "/id", fmt::format("step-{}", i + 1)));
    const bool injects = reader.has(at + "/inject");
    if (injects == reader.has(at + "/observe")) {
      all_clear = false;  // complained about by the schema; what the step was meant to be is not known
    } else if (injects) {
      InjectStep step = read_inject(reader, at + "/inject");
      step.id = ids.back();
      method.emplace_back(std::move(step));
    } else {
      ObserveStep step = read_observe(reader, at + "/observe");
      step.id = ids.back();
      method.emplace_back(std::move(step));
    }
  }
  check_ids(reader, ids);
  if (all_clear) check_order(reader, method);
  return method;
}

}  // namespace hadrill
