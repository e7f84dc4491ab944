// hadrill list: what there is, for people, for programs, and for the completion of shells.
#include <fmt/format.h>

#include <algorithm>

#include "base/spelling.hpp"
#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "cli/workbench.hpp"
#include "cluster/blueprint.hpp"
#include "document/problems.hpp"
#include "document/yaml_files.hpp"
#include "fault/catalogue.hpp"
#include "scenario/schema.hpp"
#include "scenario/sli_definitions.hpp"

namespace hadrill::cli {
namespace {

namespace fs = std::filesystem;

/// What is listed: an object per thing, with at least "name" and "description".
using Things = std::vector<Json>;

/// Of a file that cannot be read, so that it is listed all the same.
Json broken(const std::string& name, const Error& error) {
  return {{"name", name}, {"description", "(" + error.message + ": hadrill validate says which)"}};
}

Json scenario_entry(const Options& options, const std::string& name) {
  const auto scenario = load_scenario_file(options.home / "scenarios" / (name + ".yaml"), capabilities(options));
  if (!scenario.ok()) return broken(name, scenario.error());
  return {{"name", name},
          {"description", scenario->description},
          {"topologies", scenario->topologies},
          {"tags", scenario->tags}};
}

Json suite_entry(const Options& options, const std::string& name) {
  const auto suite = load_suite_file(options.home / "scenarios" / "suites" / (name + ".yaml"));
  if (!suite.ok()) return broken(name, suite.error());
  std::vector<std::string> scenarios;
  for (const SuiteRun& run : suite->runs) scenarios.push_back(run.scenario);
  return {{"name", name}, {"description", suite->description}, {"scenarios", scenarios}};
}

Json topology_entry(const Options& options, const std::string& name) {
  const auto blueprint = BlueprintFolder(options.home / "kind-configs").find(name);
  if (!blueprint.ok()) return broken(name, blueprint.error());
  return {{"name", name}, {"description", blueprint->description}, {"workloads", blueprint->workloads}};
}

Json fault_entry(const Options& /*options*/, const std::string& name) {
  const Json& schema = fault_schema(name);
  Json entry{{"name", name}, {"description", json_text(schema, "/description")}};
  if (const std::string refused = json_text(schema, "/x-refused"); !refused.empty()) entry["refused"] = refused;
  entry["roles"] = json_array(schema, "/x-roles");
  entry["parameters"] = Json::array();
  const Json parameters = fault_parameters(name);
  for (const auto& [parameter, said] : parameters.items()) {
    Json& added =
        entry["parameters"].emplace_back(Json{{"name", parameter}, {"description", json_text(said, "/description")}});
    if (said.contains("default")) added["default"] = said.at("default");
  }
  return entry;
}

Json sli_entry(const Options& /*options*/, const std::string& name) {
  const auto& all = sli_definitions();
  const auto sli = std::find_if(all.begin(), all.end(), [&](const SliDefinition& one) { return one.text() == name; });
  const bool share = sli->kind == SliRef::Kind::availability;
  return {{"name", name}, {"description", sli->meaning}, {"unit", share ? "ratio" : "seconds"}};
}

std::vector<std::string> sli_names() {
  std::vector<std::string> names;
  for (const SliDefinition& sli : sli_definitions()) names.push_back(sli.text());
  return names;
}

/// One kind of thing: how its names are found, and what is told of one.
struct Kind {
  const char* name;
  std::vector<std::string> (*names)(const Options&);
  Json (*entry)(const Options&, const std::string&);
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {"scenarios", [](const Options& options) { return yaml_names(options.home / "scenarios"); }, scenario_entry},
      {"suites", [](const Options& options) { return yaml_names(options.home / "scenarios" / "suites"); }, suite_entry},
      {"topologies", [](const Options& options) { return yaml_names(options.home / "kind-configs" / "topologies"); },
       topology_entry},
      {"faults", [](const Options&) { return fault_names(); }, fault_entry},
      {"slis", [](const Options&) { return sli_names(); }, sli_entry},
  };
  return all;
}

/// The wanted names of a kind; all when none is named. Error: usage for one that is not there.
Result<std::vector<std::string>> chosen_names(const Kind& kind, const Options& options) {
  std::vector<std::string> there = kind.names(options);
  if (options.files.empty()) return there;
  for (const std::string& wanted : options.files) {
    if (std::find(there.begin(), there.end(), wanted) != there.end()) continue;
    const auto near = nearest_word(wanted, there);
    return usage_error(kind.name,
                       fmt::format("no {};{} `hadrill list {}` has all", in_quotes(wanted),
                                   near ? fmt::format(" did you mean {}?", in_quotes(*near)) : "", kind.name));
  }
  return options.files;
}

Things things_of(const Kind& kind, const Options& options, const std::vector<std::string>& names) {
  Things things;
  for (const std::string& name : names) things.push_back(kind.entry(options, name));
  return things;
}

/// A value as people read it; of a list, what is in it.
std::string plain(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::vector<std::string> words;
  for (const Json& one : value) words.push_back(plain(one));
  return words.empty() ? "-" : fmt::format("{}", fmt::join(words, ", "));
}

void print_everything_about(const Json& thing) {
  fmt::print("{}: {}\n", json_text(thing, "/name"), json_text(thing, "/description"));
  for (const auto& [key, value] : thing.items()) {
    if (key == "name" || key == "description") continue;
    if (key != "parameters" || value.empty()) {
      fmt::print("  {}: {}\n", key, plain(value));
      continue;
    }
    fmt::print("  parameters:\n");
    for (const Json& parameter : value) {
      const std::string otherwise =
          parameter.contains("default") ? fmt::format("default {}", plain(parameter.at("default"))) : "required";
      fmt::print("    {} ({}): {}\n", json_text(parameter, "/name"), otherwise, json_text(parameter, "/description"));
    }
  }
}

void print_table(const Things& things) {
  std::size_t width = 0;
  for (const Json& thing : things) width = std::max(width, json_text(thing, "/name").size());
  for (const Json& thing : things)
    fmt::print("{:<{}}  {}\n", json_text(thing, "/name"), width, json_text(thing, "/description"));
}

Outcome list_names(const Options& options) {
  for (const Kind& kind : kinds()) {
    fmt::print("{}:\n", kind.name);
    for (const std::string& name : kind.names(options)) fmt::print("  {}\n", name);
  }
  return exit_code::pass;
}

}  // namespace

std::vector<std::string> listed_kinds() {
  std::vector<std::string> names;
  for (const Kind& kind : kinds()) names.emplace_back(kind.name);
  return names;
}

Outcome list(const Options& options) {
  if (options.list_what.empty() && !options.list_json) return list_names(options);
  Json document = Json::object();
  for (const Kind& kind : kinds()) {
    if (!options.list_what.empty() && options.list_what != kind.name) continue;
    const auto names = chosen_names(kind, options);
    if (!names.ok()) return names.error();
    const Things things = things_of(kind, options, *names);
    if (options.list_json) {
      document[kind.name] = things;
    } else if (options.files.empty()) {
      print_table(things);
    } else {
      for (const Json& thing : things) print_everything_about(thing);
    }
  }
  if (options.list_json) fmt::print("{}\n", document.dump(2));
  return exit_code::pass;
}

}  // namespace hadrill::cli
