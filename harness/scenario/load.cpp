#include "scenario/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "base/duration.hpp"
#include "base/file.hpp"
#include "document/explain.hpp"
#include "scenario/reader.hpp"
#include "scenario/schema.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

void check_topology(const Reader& reader, const std::string& topology, const std::string& at) {
  const std::vector<std::string>& known = reader.capabilities.topologies;
  if (known.empty() || std::find(known.begin(), known.end(), topology) != known.end()) return;
  reader.complain(at, unknown_word("topology", topology, known));
}

/// One name, or a list of them.
std::vector<std::string> read_topologies(const Reader& reader) {
  std::vector<std::string> topologies;
  const auto take = [&](const std::string& at) {
    topologies.push_back(reader.text(at));
    if (reader.has(at)) check_topology(reader, topologies.back(), at);
  };
  const std::size_t listed = reader.list("/topology").size();
  for (std::size_t i = 0; i < listed; ++i) take(child_pointer("/topology", i));
  if (topologies.empty()) take("/topology");
  return topologies;
}

void check_total_time(const Reader& reader, const Scenario& scenario) {
  Duration total = scenario.steady_state_hold;
  for (const Step& step : scenario.method) {
    if (const auto* observe = std::get_if<ObserveStep>(&step)) total += longest_time(*observe);
  }
  if (total <= ScenarioLimits::total_time) return;
  reader.complain("/method", fmt::format("the scenario may take {} of hold and observe time; allowed: at most {}",
                                         format_duration(total), format_duration(ScenarioLimits::total_time)));
}

}  // namespace

std::vector<StopCondition> read_stop_conditions(const Reader& reader) {
  using When = StopCondition::When;
  std::vector<StopCondition> conditions;
  for (std::size_t i = 0; i < reader.list("/stopConditions").size(); ++i) {
    const std::string at = child_pointer("/stopConditions", i);
    StopCondition condition;
    const std::string when = reader.text(at + "/when");
    if (when == to_string(When::api_unavailable)) condition.when = When::api_unavailable;
    condition.lasting = reader.duration_within(at + "/for", 1s, 1s, ScenarioLimits::total_time);
    const bool again = std::any_of(conditions.begin(), conditions.end(),
                                   [&](const StopCondition& other) { return other.when == condition.when; });
    if (again && !when.empty())
      reader.complain(at + "/when", fmt::format("{} is a stop condition already; keep one", when));
    conditions.push_back(condition);
  }
  return conditions;
}

namespace {

Scenario read_scenario(const Reader& reader) {
  Scenario scenario;
  scenario.name = reader.text("/metadata/name");
  scenario.description = reader.text("/metadata/description");
  scenario.tags = json_texts(reader.document.root, "/metadata/tags");
  scenario.topologies = read_topologies(reader);
  scenario.steady_state_hold = reader.duration_within("/steadyState/hold", 15s, 0s, ScenarioLimits::total_time);
  scenario.leaders_together = reader.text("/steadyState/leaders") == kLeadersTogether;
  read_probers(reader, scenario);
  scenario.method = read_method(reader);
  scenario.slos = read_slos(reader, scenario.probers);
  scenario.stop_conditions = read_stop_conditions(reader);
  check_total_time(reader, scenario);
  return scenario;
}

}  // namespace

Result<Scenario> load_scenario(std::string_view text, const std::string& file, const Capabilities& capabilities) {
  Problems problems(file);
  try {
    const std::optional<YamlDocument> document = parse_yaml(text, problems);
    if (!document) return problems.error();
    explain_schema_problems(*document, scenario_format(), problems);
    Scenario scenario = read_scenario(Reader{*document, capabilities, problems});
    if (!problems.empty()) return problems.error();
    return scenario;
  } catch (const std::exception& error) {  // std::regex and nlohmann::json may throw; nothing may leave this edge
    problems.add({}, fmt::format("cannot be checked: {}", error.what()));
    return problems.error();
  }
}

Result<Scenario> load_scenario_file(const std::filesystem::path& path, const Capabilities& capabilities) {
  std::error_code ignored;
  const auto size = std::filesystem::file_size(path, ignored);
  if (!ignored && size > YamlLimits::file_bytes) {
    Problems problems(path.string());
    problems.add({}, fmt::format("the file has {} bytes; allowed: at most {}", size, YamlLimits::file_bytes));
    return problems.error();
  }
  const auto text = read_file(path);
  if (!text) return usage_error(text.error().where, text.error().message);
  return load_scenario(*text, path.string(), capabilities);
}

}  // namespace hadrill
