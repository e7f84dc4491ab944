#include "trend/otava.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/duration.hpp"
#include "trend/csv.hpp"

namespace hadrill::trend {
namespace {

constexpr const char* kHead = "time,lower,upper,end,hadrill,kubernetes,seed,verdict,run\n";

struct Series {
  std::string scenario;
  std::string topology;
  std::string sli;
  bool share = false;
  std::string rows;
};

/// Otava splits names at dots and shells at blanks; what is left is fit for a file name as well.
std::string plain(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '-' && c != '_'; }, '_');
  return text;
}

std::string row_of(const StoredTrial& trial, const Measure& slo) {
  double lower = 0;
  double upper = 0;
  bool open = false;
  if (slo.time) {
    lower = seconds_of(slo.time->lower);
    open = !slo.time->upper;
    upper = open ? lower : seconds_of(*slo.time->upper);
  } else {
    lower = slo.share->lower;
    upper = slo.share->upper;
  }
  return fmt::format("{},{},{},{},{},{},{},{},{}\n", csv_field(trial.started_utc), csv_number(lower), csv_number(upper),
                     open ? "open" : "seen", csv_field(trial.hadrill), csv_field(trial.kubernetes), trial.seed,
                     to_string(trial.judgement), csv_field(trial.directory));
}

std::map<std::string, Series> series_of(const std::vector<StoredTrial>& trials) {
  std::map<std::string, Series> series;
  for (const StoredTrial& trial : trials) {
    if (why_not_counted(trial)) continue;
    for (const Measure& slo : trial.slos) {
      if (slo.judgement > Judgement::fail || (!slo.time && !slo.share)) continue;
      const std::string name = plain(fmt::format("{}.{}.{}", trial.scenario, trial.topology, slo.id));
      Series& one = series.try_emplace(name, Series{trial.scenario, trial.topology, slo.id, false, {}}).first->second;
      one.share = slo.share.has_value();
      one.rows += row_of(trial, slo);
    }
  }
  return series;
}

/// More of a time is worse (-1), more of an availability is better (1).
std::string test_of(const std::string& name, const Series& series) {
  const int direction = series.share ? 1 : -1;
  return fmt::format(
      "  {0}:\n    type: csv\n    file: {0}.csv\n    time_column: time\n"
      "    attributes: [hadrill, kubernetes, seed, verdict, end, run]\n"
      "    metrics:\n      lower: {{column: lower, direction: {1}}}\n      upper: {{column: upper, direction: {1}}}\n",
      name, direction);
}

std::string configuration(const std::map<std::string, Series>& series) {
  std::string out =
      "# Written by hadrill trials. In this folder: OTAVA_CONFIG=otava.yaml otava analyze SCENARIO\ntests:\n";
  std::map<std::string, std::vector<std::string>> groups;
  for (const auto& [name, one] : series) {
    out += test_of(name, one);
    groups[plain(one.scenario)].push_back(name);
  }
  out += "test_groups:\n";
  for (const auto& [scenario, names] : groups) out += fmt::format("  {}: [{}]\n", scenario, fmt::join(names, ", "));
  return out;
}

}  // namespace

std::map<std::string, std::string> otava_files(std::vector<StoredTrial> trials) {
  // Otava takes rows in the order in which they are.
  put_in_order(trials);
  const std::map<std::string, Series> series = series_of(trials);
  std::map<std::string, std::string> files;
  if (series.empty()) return files;
  for (const auto& [name, one] : series) files[name + ".csv"] = kHead + one.rows;
  files["otava.yaml"] = configuration(series);
  return files;
}

}  // namespace hadrill::trend
