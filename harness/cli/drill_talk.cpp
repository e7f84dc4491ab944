#include "cli/drill_talk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "base/duration.hpp"
#include "base/file.hpp"
#include "cli/drill_questions.hpp"
#include "cli/scenario_text.hpp"
#include "cluster/blueprint.hpp"
#include "document/yaml_files.hpp"
#include "scenario/shard.hpp"

namespace hadrill::cli {
namespace {

/// The pillars in their order, then the rest.
int rank_of(const Scenario& scenario) {
  const std::string tag = scenario.tags.empty() ? "" : scenario.tags.front();
  constexpr std::array kPillars{"api", "etcd", "control", "nodes"};
  return static_cast<int>(std::find(kPillars.begin(), kPillars.end(), tag) - kPillars.begin());
}

std::vector<Choice> choices_of(const Options& options) {
  std::vector<std::tuple<int, std::string, Choice>> found;
  const Capabilities known = capabilities(options);
  for (const std::string& name : yaml_names(options.home / "scenarios")) {
    const auto scenario = load_scenario_file(options.home / "scenarios" / (name + ".yaml"), known);
    if (!scenario.ok()) continue;  // `hadrill validate` says what is wrong with it
    found.emplace_back(
        rank_of(*scenario), name,
        Choice{name, pillar_of(*scenario), scenario->description, kClusterTakes + expected_duration(*scenario)});
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
  });
  std::vector<Choice> choices;
  for (auto& one : found) choices.push_back(std::move(std::get<2>(one)));
  return choices;
}

std::optional<Duration> expected_of(const Options& options) {
  if (options.expected_outage.empty()) return std::nullopt;
  const auto expected = parse_duration(options.expected_outage);
  return expected.ok() ? std::optional(*expected) : std::nullopt;  // the command line has refused anything else
}

}  // namespace

std::optional<std::string> choose_scenario(Console& console, const Options& options) {
  return choose_scenario(console, choices_of(options));
}

bool agree_to_begin(Console& console, const Options& options, const Scenario& scenario) {
  const auto path = find_file("scenario", options.scenario, options.home / "scenarios");
  const auto text = path.ok() ? read_file(*path) : Result<std::string>(path.error());
  const auto blueprint = BlueprintFolder(options.home / "kind-configs").find(scenario.topologies.front());
  console.print(briefing(scenario, text.ok() ? story_of(*text) : "", blueprint.ok() ? *blueprint : Blueprint{},
                         console.columns()));
  return confirmed(console, fmt::format("\nMake the cluster {}, or use it if it is there?", options.cluster), true);
}

Result<std::optional<Hypothesis>> agree_to_break(Console& console, Workbench& bench, const Options& options,
                                                 const Scenario& scenario, const LiveCluster& cluster,
                                                 const Interrupt& interrupt) {
  const auto text = preview(bench, options, scenario, cluster, seed_of(options), interrupt);
  if (!text.ok()) return text.error();
  console.print("\n" + *text + "\n");
  auto said = ask_hypothesis(console, options.hypothesis, expected_of(options));
  if (!said || !confirmed(console, "Begin?", false)) return std::optional<Hypothesis>();
  return said;
}

std::optional<Hypothesis> hypothesis_of(const Options& options) {
  const auto expected = expected_of(options);
  if (!options.hypothesis && !expected) return std::nullopt;
  return Hypothesis{options.hypothesis.value_or(""), expected};
}

}  // namespace hadrill::cli
