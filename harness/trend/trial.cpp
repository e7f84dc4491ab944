#include "trend/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <tuple>

#include "history/event_log.hpp"

namespace hadrill::trend {
namespace {

constexpr const char* kVerdictVersion = "hadrill/verdict/v1";

std::optional<Judgement> judgement_of(const std::string& word) {
  for (const Judgement judgement : {Judgement::not_owed, Judgement::pass, Judgement::inconclusive, Judgement::fail,
                                    Judgement::aborted, Judgement::error}) {
    if (to_string(judgement) == word) return judgement;
  }
  return std::nullopt;
}

/// The bounds at `pointer`: of a time, with "lowerNs" and an "upperNs" that may be null.
std::optional<Bounds> time_at(const Json& json, const std::string& pointer) {
  const auto lower = json_get<std::int64_t>(json, pointer + "/lowerNs");
  if (!lower) return std::nullopt;
  Bounds bounds{Duration(*lower), std::nullopt};
  if (const auto upper = json_get<std::int64_t>(json, pointer + "/upperNs")) bounds.upper = Duration(*upper);
  return bounds;
}

std::optional<ShareBounds> share_at(const Json& json, const std::string& pointer) {
  const auto lower = json_get<double>(json, pointer + "/lower");
  const auto upper = json_get<double>(json, pointer + "/upper");
  if (!lower || !upper) return std::nullopt;
  return ShareBounds{*lower, *upper};
}

std::optional<Duration> duration_at(const Json& json, const std::string& pointer) {
  const auto ns = json_get<std::int64_t>(json, pointer);
  return ns ? std::optional(Duration(*ns)) : std::nullopt;
}

Measure measure_of(const Json& finding, Judgement judgement) {
  Measure measure;
  measure.id = json_text(finding, "/id");
  measure.judgement = judgement;
  measure.time = time_at(finding, "/measured");
  measure.share = share_at(finding, "/measured");
  measure.time_budget = duration_at(finding, "/budgetNs");
  measure.time_least = duration_at(finding, "/bound/lowerNs");
  measure.share_budget = json_get<double>(finding, "/budget");
  return measure;
}

/// What was found, what of it are SLOs, and the one gate that tells whether numbers can be trusted. False: a verdict in
/// no known word.
bool read_findings(StoredTrial& trial, const Json& verdict) {
  for (const Json& finding : json_array(verdict, "/findings")) {
    const auto judgement = judgement_of(json_text(finding, "/verdict"));
    if (!judgement) return false;
    trial.findings.push_back(make_finding(json_text(finding, "/id"), *judgement, {}));
    if (trial.findings.back().id == "validity") trial.validity = *judgement;
    if (json_text(finding, "/kind") != "slo" || *judgement == Judgement::not_owed) continue;
    trial.slos.push_back(measure_of(finding, *judgement));
  }
  return true;
}

void read_phases(StoredTrial& trial, const Json& verdict) {
  for (const Json& time : json_array(verdict, "/times/course")) {
    Measure measure;
    measure.time = time_at(time, "/sinceT0");
    if (!measure.time) continue;
    const std::string about = json_text(time, "/about");
    measure.id =
        fmt::format("{} {}{}", json_text(time, "/time"), json_text(time, "/what"), about.empty() ? "" : ", " + about);
    // Several of one kind in one run, e.g. repairs: the first is the one that every run has.
    const auto same = [&measure](const Measure& other) { return other.id == measure.id; };
    if (std::none_of(trial.phases.begin(), trial.phases.end(), same)) trial.phases.push_back(std::move(measure));
  }
}

std::optional<Machine> machine_of(const Json& environment) {
  const auto cpus = json_get<std::int64_t>(environment, "/machine/cpus");
  if (!cpus) return std::nullopt;
  return Machine{*cpus,
                 json_get<std::int64_t>(environment, "/machine/memoryBytes").value_or(0),
                 json_text(environment, "/machine/kernel"),
                 json_text(environment, "/machine/storageDriver"),
                 json_text(environment, "/machine/cgroupVersion"),
                 json_text(environment, "/images/loadBalancerKind")};
}

}  // namespace

Result<StoredTrial> read_trial(std::string directory, const Json& verdict, const Json& environment) {
  if (json_text(verdict, "/version") != kVerdictVersion)
    return infrastructure_error(directory, fmt::format("its verdict.json is no {}", kVerdictVersion));
  const auto judgement = judgement_of(json_text(verdict, "/verdict"));
  StoredTrial trial;
  if (!judgement || !read_findings(trial, verdict))
    return infrastructure_error(directory, "its verdict.json has a verdict in no known word");
  trial.judgement = *judgement;
  trial.scenario = json_text(verdict, "/scenario/name");
  trial.topology = json_text(verdict, "/scenario/topology");
  trial.started_utc = json_text(verdict, "/startedUtc");
  trial.cleanup_incomplete = json_get<bool>(verdict, "/cleanupIncomplete").value_or(false);
  trial.seed = json_get<std::uint64_t>(verdict, "/seed").value_or(0);
  for (const Json& prober : json_array(verdict, "/probers")) {
    if (const auto period = duration_at(prober, "/periodNs")) trial.periods[json_text(prober, "/name")] = *period;
  }
  read_phases(trial, verdict);
  trial.machine = machine_of(environment);
  trial.expected = read_expectation(environment);
  trial.hadrill = json_text(environment, "/hadrill");
  trial.kubernetes = json_text(environment, "/versions/kubernetes");
  trial.directory = std::move(directory);
  return trial;
}

std::optional<std::string> why_not_counted(const StoredTrial& trial) {
  if (trial.judgement == Judgement::error) return "its verdict is error";
  if (trial.judgement == Judgement::aborted) return "it was aborted";
  if (trial.validity != Judgement::pass) return "the instrument was disturbed (finding validity)";
  return std::nullopt;
}

bool as_expected(const StoredTrial& trial) {
  const Control control = judge_control(trial.expected, trial.judgement, trial.findings).control;
  return control == Control::none ? trial.judgement == Judgement::pass : control == Control::seen;
}

std::optional<std::int64_t> epoch_seconds(const std::string& utc) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  constexpr int kFields = 6;
  // NOLINTNEXTLINE(cert-err34-c): numbers that overflow make no date
  if (std::sscanf(utc.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second) != kFields)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  const auto of_day = std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  return (std::chrono::sys_days(date).time_since_epoch() + of_day) / std::chrono::seconds(1);
}

void put_in_order(std::vector<StoredTrial>& trials) {
  std::sort(trials.begin(), trials.end(), [](const StoredTrial& a, const StoredTrial& b) {
    return std::tie(a.scenario, a.topology, a.started_utc, a.directory) <
           std::tie(b.scenario, b.topology, b.started_utc, b.directory);
  });
}

}  // namespace hadrill::trend
