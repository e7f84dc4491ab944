#include "cli/scenario_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "base/json.hpp"
#include "base/percent.hpp"
#include "base/printable.hpp"
#include "report/columns.hpp"
#include "scenario/shard.hpp"

namespace hadrill::cli {
namespace {

constexpr std::size_t kLeastColumns = 40;

std::string plain(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

std::string target_text(const Target& target) {
  return fmt::format("{} ({})", to_string(target.role), to_string(target.select));
}

std::string inject_text(const InjectStep& step) {
  std::vector<std::string> parameters;
  for (const auto& [name, value] : step.parameters.items())
    parameters.push_back(fmt::format("{} {}", name, plain(value)));
  std::string text = fmt::format("break: {} of {}", step.fault, target_text(step.target));
  if (!parameters.empty()) text += fmt::format(", {}", fmt::join(parameters, ", "));
  if (step.expect_quorum_loss) text += "; may take the quorum, on purpose";
  return text;
}

std::string observe_text(const ObserveStep& step) {
  if (!step.until_recovered) return "observe for " + format_duration(step.at_least);
  std::string text = "observe until every spare is back";
  if (step.at_least > Duration::zero()) text += ", at least " + format_duration(step.at_least);
  return text + ", at most " + format_duration(step.timeout);
}

std::string step_text(const Step& step) {
  if (const auto* inject = std::get_if<InjectStep>(&step)) return inject_text(*inject);
  if (const auto* observe = std::get_if<ObserveStep>(&step)) return observe_text(*observe);
  return "heal " + std::get<HealStep>(step).step;
}

std::string budget_text(const Slo& slo) {
  if (slo.automatic) return "as the cluster's flags allow";
  if (slo.sli.kind == SliRef::Kind::availability) return fmt::format("at least {} %", format_percent(slo.availability));
  return "at most " + format_duration(slo.budget);
}

std::string minutes(Duration duration) {
  return fmt::format("{} min", std::chrono::ceil<std::chrono::minutes>(duration).count());
}

}  // namespace

std::string story_of(std::string_view yaml) {
  std::string story;
  bool paragraph = false;
  while (yaml.starts_with('#')) {
    const std::size_t end = std::min(yaml.find('\n'), yaml.size());
    std::string_view line = yaml.substr(1, end - 1);
    yaml.remove_prefix(std::min(end + 1, yaml.size()));
    while (line.starts_with(' ')) line.remove_prefix(1);
    if (line.starts_with("yaml-language-server:")) continue;
    if (line.empty()) {
      paragraph = false;
      continue;
    }
    if (!story.empty()) story += paragraph ? ' ' : '\n';
    story += line;
    paragraph = true;
  }
  return story;
}

std::string pillar_of(const Scenario& scenario) {
  const std::string tag = scenario.tags.empty() ? "" : scenario.tags.front();
  if (tag == "api") return "API servers and what stands in front of them";
  if (tag == "etcd") return "etcd";
  if (tag == "control") return "controller manager and scheduler";
  if (tag == "nodes") return "nodes, and the pods on them";
  return tag.empty() ? "others" : tag;
}

std::string briefing(const Scenario& scenario, const std::string& story, const Blueprint& blueprint,
                     std::size_t columns) {
  const std::size_t width = std::clamp(columns, kLeastColumns, kColumns);
  const auto line = [width](const std::string& lead, const std::string& text) {
    return wrap(lead, printable(text), width);
  };
  std::string text = "\n" + line(scenario.name + "  ", scenario.description);
  for (std::size_t at = 0; at < story.size();) {
    const std::size_t end = std::min(story.find('\n', at), story.size());
    text += line("  ", story.substr(at, end - at));
    at = end + 1;
  }
  text += "\nwhat is done\n";
  std::size_t number = 0;
  if (scenario.leaders_together) text += line("   -  ", "all leaders are brought onto one control plane");
  text += line("   -  ", fmt::format("steady state, held for {}", format_duration(scenario.steady_state_hold)));
  for (const Step& step : scenario.method) text += line(fmt::format("{:>4}  ", ++number), step_text(step));
  text += "\nwhat has to be kept\n";
  for (const Slo& slo : scenario.slos) text += line("      ", fmt::format("{}  {}", slo.sli.text, budget_text(slo)));
  if (scenario.slos.empty()) text += "      nothing: it only shows\n";
  text += "\nwhere\n";
  text += line("      ", fmt::format("a cluster of its own, topology {}: {}", blueprint.name, blueprint.description));
  text += line("      ", fmt::format("needs {:.1f} GiB of memory and {:.1f} GiB of disk; about {} to make, {} in all",
                                     blueprint.memory_gib, blueprint.disk_gib, minutes(kClusterTakes),
                                     minutes(kClusterTakes + expected_duration(scenario))));
  return text;
}

}  // namespace hadrill::cli
