// How sure the numbers are, on what they were measured, how to measure again.
#include <fmt/format.h>

#include "base/duration.hpp"
#include "page/sections.hpp"
#include "report/facts.hpp"

namespace hadrill {
namespace {

/// Rows of a name and what there is to say.
class Pairs {
 public:
  void add(const std::string& name, const std::string& text) {
    if (text.empty()) return;
    Html cells;
    cells.element("th", name, {{"scope", "row"}}).element("td", text);
    rows_.element("tr", cells);
  }
  Html html() const {
    Html table;
    table.element("table", rows_, {{"class", "pairs"}});
    return table;
  }
  bool none() const { return rows_.none(); }

 private:
  Html rows_;
};

std::string validity_text(const Validity& validity) {
  if (validity.windows == 0) return "not measured: there was nothing after T0";
  return fmt::format(
      "{} of {} seconds invalid ({:.1f} %, allowed 5 %); requests sent late by at most {}, 99 % within {}; {}",
      validity.invalid_windows, validity.windows, validity.invalid_share() * 100,
      format_duration(validity.max_lateness), format_duration(validity.p99_lateness),
      validity.null_prober ? fmt::format("null prober bad in {} seconds", validity.null_bad_windows)
                           : std::string("no null prober"));
}

std::string cost_text(const HarnessCost& cost) {
  if (cost.lateness.count() == 0) return "no request was sent";
  std::string text = fmt::format("{} requests over {} new connections", cost.requests, cost.connections_opened);
  if (cost.cpu_seconds) text += fmt::format(", {:.3f} s of CPU", *cost.cpu_seconds);
  if (cost.max_rss_kib) text += fmt::format(", {:.1f} MiB of memory", static_cast<double>(*cost.max_rss_kib) / 1024);
  return text;
}

std::string scalar_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? std::string() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// "kubernetes v1.37.2, kind 0.33.0".
std::string members_text(const Json& environment, const char* pointer) {
  const Json::json_pointer at{pointer};
  if (!environment.contains(at) || !environment.at(at).is_object()) return "";
  std::vector<std::string> parts;
  for (const auto& [name, value] : environment.at(at).items()) {
    if (value.is_structured()) continue;
    parts.push_back(name + " " + scalar_text(value));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string nodes_text(const Json& environment) {
  std::vector<std::string> parts;
  for (const Json& node : json_array(environment, "/topology/nodes"))
    parts.push_back(fmt::format("{} ({})", json_text(node, "/name", "?"), json_text(node, "/role", "?")));
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// Flags in force, per node and component, each a line.
Html flags_list(const Json& environment) {
  Html list;
  const Json::json_pointer at{"/flags"};
  if (!environment.contains(at) || !environment.at(at).is_object()) return list;
  for (const auto& [node, components] : environment.at(at).items()) {
    if (!components.is_object()) continue;
    for (const auto& [component, flags] : components.items()) {
      std::string lines;
      if (flags.is_object()) {
        for (const auto& [flag, value] : flags.items()) lines += flag + "=" + scalar_text(value) + "\n";
      }
      Html details;
      details.element("summary", fmt::format("flags of {} on {}", component, node)).element("pre", lines);
      list.element("details", details);
    }
  }
  return list;
}

/// A line that people paste into a shell has nothing in it that a shell could read in another way.
std::string topology_option(const Scenario& scenario) {
  if (scenario.topologies.empty()) return "";
  const std::string& name = scenario.topologies.front();
  const bool plain = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  return plain ? " --topology " + name : "";
}

}  // namespace

Html trust_section(const RunContext& run, const Verdict& verdict) {
  Pairs pairs;
  pairs.add("validity", validity_text(verdict.validity));
  pairs.add("calibration error", calibration_text(run));
  pairs.add("bounds",
            "the truth lies between the two numbers of a measurement: users are only seen when they ask, so an outage "
            "shorter than one period of a prober between two good requests is not seen");
  pairs.add("harness", cost_text(verdict.harness));
  return section("trust", "How sure this is", pairs.html());
}

Html environment_section(const RunContext& run, const Json& environment) {
  const RunFacts facts = read_facts(run);
  Pairs pairs;
  pairs.add("started", facts.clock ? facts.utc(facts.clock->monotonic) : "at an unknown time");
  pairs.add("topology", run.scenario.topologies.empty() ? "" : run.scenario.topologies.front());
  pairs.add("seed", facts.seed ? std::to_string(*facts.seed) : "unknown");
  pairs.add("versions", members_text(environment, "/versions"));
  pairs.add("images", members_text(environment, "/images"));
  pairs.add("machine", members_text(environment, "/machine"));
  pairs.add("nodes", nodes_text(environment));
  pairs.add("tuned", tuned_text(run));
  Html body;
  body.append(pairs.html());
  const Html flags = flags_list(environment);
  if (environment.is_null()) body.element("p", "The run directory has no environment.json.");
  if (!flags.none()) {
    Html inner;
    inner.element("summary", "Flags in force").append(flags);
    body.element("details", inner);
  }
  return section("environment", "Environment", body);
}

Html reproduce_section(const RunContext& run) {
  const RunFacts facts = read_facts(run);
  const std::string seed = facts.seed ? fmt::format(" --seed {}", *facts.seed) : "";
  const std::string topology = topology_option(run.scenario);
  Html body;
  body.element("p",
               "In this run directory, with every default of the scenario written out and the same random choices:");
  body.element("pre", fmt::format("hadrill drill scenario.yaml{}{}", topology, seed), {{"id", "reproduce"}});
  body.element("p", "The same numbers again from what was recorded, without a cluster:");
  body.element("pre", "hadrill judge .");
  return section("reproduce", "How to reproduce", body);
}

}  // namespace hadrill
