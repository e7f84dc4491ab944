#include "trend/csv.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"

namespace hadrill::trend {
namespace {

constexpr const char* kHead =
    "time,scenario,topology,hadrill,kubernetes,seed,verdict,counts,sli,unit,lower,upper,budget,sli_verdict,run\n";

/// What all rows of a trial begin with.
std::string beginning_of(const StoredTrial& trial) {
  return fmt::format("{},{},{},{},{},{},{},{}", csv_field(trial.started_utc), csv_field(trial.scenario),
                     csv_field(trial.topology), csv_field(trial.hadrill), csv_field(trial.kubernetes), trial.seed,
                     to_string(trial.judgement), why_not_counted(trial) ? "no" : "yes");
}

std::optional<double> seconds_or_none(const std::optional<Duration>& time) {
  return time ? std::optional(seconds_of(*time)) : std::nullopt;
}

std::string row_of(const Measure& slo) {
  std::string unit;
  std::optional<double> lower;
  std::optional<double> upper;
  std::optional<double> budget = seconds_or_none(slo.time_budget);
  if (slo.time) {
    unit = "seconds";
    lower = seconds_of(slo.time->lower);
    upper = seconds_or_none(slo.time->upper);
  } else if (slo.share) {
    unit = "ratio";
    lower = slo.share->lower;
    upper = slo.share->upper;
  }
  if (slo.share_budget) budget = slo.share_budget;
  return fmt::format("{},{},{},{},{},{}", csv_field(slo.id), unit, csv_number(lower), csv_number(upper),
                     csv_number(budget), to_string(slo.judgement));
}

}  // namespace

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

std::string csv_number(std::optional<double> value) {
  if (!value) return "";
  std::string text = fmt::format("{:.9f}", *value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string trials_csv(std::vector<StoredTrial> trials) {
  put_in_order(trials);
  std::string out = kHead;
  for (const StoredTrial& trial : trials) {
    const std::string beginning = beginning_of(trial);
    const std::string end = "," + csv_field(trial.directory) + "\n";
    for (const Measure& slo : trial.slos) out.append(beginning).append(",").append(row_of(slo)).append(end);
    if (trial.slos.empty()) out.append(beginning).append(",,,,,,").append(end);
  }
  return out;
}

}  // namespace hadrill::trend
