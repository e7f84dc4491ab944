// Owns what is known of a stored trial when many are looked at together: read from verdict.json and environment.json,
// as they are. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "check/control.hpp"
#include "check/intervals.hpp"
#include "check/verdict.hpp"

namespace hadrill::trend {

/// One SLI, or one phase of the course, as one trial measured it. Either `time` or `share` or neither is there.
struct Measure {
  std::string id;  ///< the SLI as written, or "T3 failover, api.read.new"
  Judgement judgement = Judgement::pass;
  std::optional<Bounds> time;
  std::optional<ShareBounds> share;
  std::optional<Duration> time_budget;  ///< the most allowed
  std::optional<Duration> time_least;   ///< the least allowed ("budget: auto")
  std::optional<double> share_budget;   ///< the least allowed
};

/// What decides how fast a cluster is and how finely it is looked at, besides what is being compared.
struct Machine {
  std::int64_t cpus = 0;
  std::int64_t memory_bytes = 0;
  std::string kernel;
  std::string storage_driver;
  std::string cgroup_version;
  std::string load_balancer;  ///< "as named", or what stands in for it

  friend bool operator==(const Machine&, const Machine&) = default;
};

/// One execution of a scenario, from what is stored.
struct StoredTrial {
  std::string directory;  ///< as it is named to people
  std::string scenario;
  std::string topology;
  std::string started_utc;  ///< "2026-01-31T12:00:00.123Z", so that order of text is order of time; "" unknown
  Judgement judgement = Judgement::error;
  bool cleanup_incomplete = false;
  Expectation expected;  ///< how it has to end
  std::uint64_t seed = 0;
  std::string hadrill;                      ///< version; "" unknown, as the next one
  std::string kubernetes;                   ///< version
  std::optional<Machine> machine;           ///< nullopt: no environment.json
  Judgement validity = Judgement::pass;     ///< of the finding `validity`: whether the instrument can be trusted
  std::map<std::string, Duration> periods;  ///< between two requests, by prober
  std::vector<Finding> findings;            ///< all of them: id and judgement
  std::vector<Measure> slos;                ///< in the order of the scenario; without what was not owed
  std::vector<Measure> phases;              ///< T1 to T6, as far as they were measured
};

/// From the two documents; `environment` may be null. Error: infrastructure for a verdict that is none.
Result<StoredTrial> read_trial(std::string directory, const Json& verdict, const Json& environment);

/// Why its numbers say nothing about the cluster: the verdict is error or aborted, or the instrument was disturbed.
/// nullopt: they count.
std::optional<std::string> why_not_counted(const StoredTrial& trial);

/// Whether it ended as it has to: with a pass, or as the control that it was. What was left behind is another matter.
bool as_expected(const StoredTrial& trial);

/// Seconds since the Unix epoch of "2026-01-31T12:00:00.123Z"; nullopt for anything else.
std::optional<std::int64_t> epoch_seconds(const std::string& utc);

/// Puts trials in the order of scenario, topology, start and directory, in which every table here is written.
void put_in_order(std::vector<StoredTrial>& trials);

}  // namespace hadrill::trend
