// Owns reading typed values out of a document whose shape the schema has checked. What is ill-formed was complained
// about there; reading it yields a fallback, so that all other problems of the file still come up in the same run.
#pragma once

#include <optional>
#include <string>

#include "document/yaml_document.hpp"
#include "scenario/load.hpp"

namespace hadrill {

/// The most that a scenario may ask for; a typo must not run for a day or flood an API server.
struct ScenarioLimits {
  static constexpr Duration total_time = std::chrono::hours(1);
  static constexpr double requests_per_second = 500;
  static constexpr Duration shortest_period = std::chrono::milliseconds(10);
  static constexpr Duration longest_period = std::chrono::seconds(10);
  static constexpr Duration shortest_deadline = std::chrono::milliseconds(1);
  static constexpr Duration longest_timeout = std::chrono::minutes(1);
  static constexpr Duration shortest_ttl = std::chrono::seconds(1);
  static constexpr Duration longest_ttl = std::chrono::hours(1);
};

/// One scenario being read.
struct Reader {
  const YamlDocument& document;
  const Capabilities& capabilities;
  Problems& problems;

  /// The list at `pointer`, or an empty one.
  const Json& list(const std::string& pointer) const { return json_array(document.root, pointer); }
  bool has(const std::string& pointer) const { return document.root.contains(Json::json_pointer(pointer)); }
  std::string text(const std::string& pointer, std::string_view fallback = {}) const {
    return json_text(document.root, pointer, fallback);
  }
  /// nullopt when missing or ill-formed; adds a problem when finer than a microsecond or absurdly long.
  std::optional<Duration> duration(const std::string& pointer) const;
  /// The same with a default for a missing one, which also replaces one outside of `least`..`most`, after complaining.
  Duration duration_within(const std::string& pointer, Duration fallback, Duration least, Duration most) const;
  /// Complains about the value at `pointer`, unless somebody has already.
  void complain(const std::string& pointer, std::string message) const;
};

/// Fills in probers and watchers.
void read_probers(const Reader& reader, Scenario& scenario);
std::vector<Step> read_method(const Reader& reader);
/// The target written at `at`.
Target read_target(const Reader& reader, const std::string& at);
/// The parameters of the fault of `step` that the mapping at `at` gives, checked for its role, and with defaults.
Json read_parameters(const Reader& reader, const InjectStep& step, const std::string& at);
/// Checks what the steps have to do with each other, and settles how long each fault may last. method[i] is the step at
/// /method/i.
void settle_method(const Reader& reader, std::vector<Step>& method);
std::vector<StopCondition> read_stop_conditions(const Reader& reader);
std::vector<Slo> read_slos(const Reader& reader, const std::vector<ProberSpec>& probers);

/// The longest time a step takes.
Duration longest_time(const ObserveStep& step);

}  // namespace hadrill
