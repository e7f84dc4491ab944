// Steps, each for itself: what is broken, how long is observed, what is healed.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/duration.hpp"
#include "document/explain.hpp"
#include "scenario/reader.hpp"
#include "scenario/schema.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// Whether this build can do the fault at all; complains when not.
bool check_fault(const Reader& reader, const InjectStep& step, const std::string& at) {
  const std::string refused = json_text(fault_schema(step.fault), "/x-refused");
  if (!refused.empty()) {
    reader.complain(at + "/fault", fmt::format("{} is refused: {}", step.fault, refused));
    return false;
  }
  const std::vector<std::string>& known = reader.capabilities.faults;
  if (known.empty() || std::find(known.begin(), known.end(), step.fault) != known.end()) return true;
  if (reader.has(at + "/fault")) reader.complain(at + "/fault", unknown_word("fault", step.fault, known));
  return false;
}

InjectStep read_inject(const Reader& reader, const std::string& at) {
  InjectStep step;
  if (!reader.document.root.at(Json::json_pointer(at)).is_object()) return step;
  step.fault = reader.text(at + "/fault");
  step.target = read_target(reader, at + "/target");
  step.expect_quorum_loss = reader.has(at + "/expect");
  step.overlapping = reader.text(at + "/overlap") == "allowed";
  if (check_fault(reader, step, at)) step.parameters = read_parameters(reader, step, at);
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

/// nullopt when it is not known what the step was meant to be; the schema complained.
std::optional<Step> read_step(const Reader& reader, const std::string& at, const std::string& id) {
  const bool injects = reader.has(at + "/inject");
  const bool observes = reader.has(at + "/observe");
  const bool heals = reader.has(at + "/heal");
  if (int{injects} + int{observes} + int{heals} != 1) return std::nullopt;
  if (heals) return HealStep{id, reader.text(at + "/heal")};
  if (injects) {
    InjectStep step = read_inject(reader, at + "/inject");
    step.id = id;
    return step;
  }
  ObserveStep step = read_observe(reader, at + "/observe");
  step.id = id;
  return step;
}

}  // namespace

Duration longest_time(const ObserveStep& step) { return std::max(step.at_least, step.timeout); }

std::vector<Step> read_method(const Reader& reader) {
  std::vector<Step> method;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < reader.list("/method").size(); ++i) {
    const std::string at = child_pointer("/method", i);
    ids.push_back(reader.text(at + "/id", fmt::format("step-{}", i + 1)));
    if (auto step = read_step(reader, at, ids.back())) method.push_back(std::move(*step));
  }
  check_ids(reader, ids);
  // With a step missing, what is said about the others could be wrong.
  if (method.size() == ids.size()) settle_method(reader, method);
  return method;
}

}  // namespace hadrill
