#include "trend/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "base/duration.hpp"
#include "trend/csv.hpp"

namespace hadrill::trend {
namespace {

constexpr double kOpen = std::numeric_limits<double>::infinity();
/// What a trial or an SLO can end with. An SLO that is not owed is not told.
constexpr std::array kEndings{Judgement::pass, Judgement::inconclusive, Judgement::fail, Judgement::aborted,
                              Judgement::error};
/// A trial that has no verdict.
constexpr const char* kNone = "none";

using Labels = std::vector<std::pair<std::string, std::string>>;

/// A label's value: backslash, quote and line end are escaped in both formats.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

std::string number(double value) { return std::isfinite(value) ? csv_number(value) : "+Inf"; }

std::string sample(const std::string& name, const Labels& labels, double value) {
  std::vector<std::string> parts;
  for (const auto& [key, text] : labels) parts.push_back(fmt::format("{}=\"{}\"", key, escaped(text)));
  return fmt::format("{}{{{}}} {}\n", name, fmt::join(parts, ","), number(value));
}

std::vector<std::string> verdicts() {
  std::vector<std::string> out;
  for (const Judgement ending : kEndings) out.push_back(to_string(ending));
  return out;
}

/// All samples of one metric; a metric without any is not told.
class Family {
 public:
  Family(std::string name, std::string help) : name_(std::move(name)), help_(std::move(help)) {}

  void add(Labels labels, double value) { samples_ += sample(name_, labels, value); }
  /// One sample for each of `states`, 1 for what it is: a state set, whose label is called as the metric is.
  void add_state(const Labels& labels, const std::vector<std::string>& states, const std::string& state) {
    states_ = true;
    for (const std::string& one : states) {
      Labels all = labels;
      all.emplace_back(name_, one);
      add(std::move(all), one == state ? 1 : 0);
    }
  }

  std::string text(MetricsFormat format) const {
    if (samples_.empty()) return "";
    const bool open_metrics = format == MetricsFormat::openmetrics;
    // OpenMetrics names an info without its suffix; the old format takes a name as it is.
    const bool info = name_.ends_with("_info");
    const std::string name = open_metrics && info ? name_.substr(0, name_.size() - 5) : name_;
    std::string type = "gauge";
    if (open_metrics && info) type = "info";
    if (open_metrics && states_) type = "stateset";
    std::string out = fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help_, name, type);
    if (open_metrics) {
      for (const char* unit : {"seconds", "ratio"}) {
        if (name.ends_with(std::string("_") + unit)) out += fmt::format("# UNIT {} {}\n", name, unit);
      }
    }
    return out + samples_;
  }

 private:
  std::string name_;
  std::string help_;
  std::string samples_;
  bool states_ = false;
};

struct Families {
  Family info{"hadrill_trial_info", "What the newest trial of a scenario on a topology was made with."};
  Family started{"hadrill_last_run_timestamp_seconds", "When that trial began, since the Unix epoch."};
  Family attempted{"hadrill_last_attempt_timestamp_seconds",
                   "When the newest trial began, with a verdict or without one, since the Unix epoch."};
  Family verdict{"hadrill_verdict", "What the newest trial ended with: 1 for the verdict that it has, or none."};
  Family control{"hadrill_known_bad_control", "1: the newest trial with a verdict was one that has to fail."};
  Family kept{"hadrill_as_expected",
              "1: the newest trial with a verdict passed, or was a control and failed by what it has to."};
  Family cleanup{"hadrill_cleanup_incomplete", "1: something it made or broke is still there."};
  Family trials{"hadrill_trials", "Stored trials by what they ended with."};
  Family time{"hadrill_slo_seconds", "Lower and upper end of what an SLI that is a time was measured as."};
  Family time_budget{"hadrill_slo_budget_seconds", "Least and most that is allowed; no least where none is."};
  Family share{"hadrill_slo_availability_ratio", "Lower and upper end of an availability."};
  Family share_budget{"hadrill_slo_availability_budget_ratio", "The least availability that is allowed."};
  Family slo_verdict{"hadrill_slo_verdict", "What is said of an SLO: 1 for the verdict that it has."};

  std::string text(MetricsFormat format) const {
    std::string out;
    for (const Family* family : {&info, &started, &attempted, &verdict, &control, &kept, &cleanup, &trials, &time,
                                 &time_budget, &share, &share_budget, &slo_verdict})
      out += family->text(format);
    return out;
  }
};

Labels with(Labels labels, const char* key, const std::string& value) {
  labels.emplace_back(key, value);
  return labels;
}

void add_slo(Families& out, const Labels& trial, const Measure& slo) {
  const Labels labels = with(trial, "sli", slo.id);
  if (slo.time) {
    out.time.add(with(labels, "end", "lower"), seconds_of(slo.time->lower));
    out.time.add(with(labels, "end", "upper"), slo.time->upper ? seconds_of(*slo.time->upper) : kOpen);
  }
  if (slo.time_least) out.time_budget.add(with(labels, "end", "lower"), seconds_of(*slo.time_least));
  if (slo.time_budget) out.time_budget.add(with(labels, "end", "upper"), seconds_of(*slo.time_budget));
  if (slo.share) {
    out.share.add(with(labels, "end", "lower"), slo.share->lower);
    out.share.add(with(labels, "end", "upper"), slo.share->upper);
  }
  if (slo.share_budget) out.share_budget.add(labels, *slo.share_budget);
  out.slo_verdict.add_state(labels, verdicts(), to_string(slo.judgement));
}

void add_newest(Families& out, const Labels& labels, const StoredTrial& trial) {
  Labels made_with = labels;
  made_with.emplace_back("hadrill", trial.hadrill);
  made_with.emplace_back("kubernetes", trial.kubernetes);
  made_with.emplace_back("seed", std::to_string(trial.seed));
  out.info.add(std::move(made_with), 1);
  if (const auto seconds = epoch_seconds(trial.started_utc)) out.started.add(labels, static_cast<double>(*seconds));
  out.control.add(labels, trial.expected.fail ? 1 : 0);
  out.kept.add(labels, as_expected(trial) ? 1 : 0);
  out.cleanup.add(labels, trial.cleanup_incomplete ? 1 : 0);
  for (const Measure& slo : trial.slos) {
    // The same SLI twice in a scenario would be the same metric twice, which no reader takes.
    bool repeated = false;
    for (const Measure& before : trial.slos) {
      if (&before == &slo) break;
      repeated = repeated || before.id == slo.id;
    }
    if (!repeated) add_slo(out, labels, slo);
  }
}

/// All that there is of one scenario on one topology.
struct Group {
  const StoredTrial* newest = nullptr;  ///< with a verdict
  std::string attempted_utc;            ///< when the newest one began, with a verdict or without one; "" unknown
  std::string verdict = kNone;          ///< of that one
  std::map<std::string, std::size_t> counts;
};

using Groups = std::map<std::pair<std::string, std::string>, Group>;

Groups groups_of(const std::vector<StoredTrial>& in_order) {
  Groups groups;
  for (const StoredTrial& trial : in_order) {
    Group& group = groups[{trial.scenario, trial.topology}];
    group.newest = &trial;
    group.attempted_utc = trial.started_utc;
    group.verdict = to_string(trial.judgement);
    ++group.counts[group.verdict];
  }
  return groups;
}

/// Whether it is no news any more: a later trial of its scenario, on whichever topology, has a verdict.
bool overtaken(const Attempt& attempt, const std::vector<StoredTrial>& trials) {
  if (!attempt.topology.empty() || attempt.started_utc.empty()) return false;
  return std::any_of(trials.begin(), trials.end(), [&attempt](const StoredTrial& trial) {
    return trial.scenario == attempt.scenario && trial.started_utc > attempt.started_utc;
  });
}

void add_attempt(Groups& groups, const Attempt& attempt) {
  Group& group = groups[{attempt.scenario, attempt.topology}];
  ++group.counts[kNone];
  if (!attempt.started_utc.empty() && attempt.started_utc < group.attempted_utc) return;
  group.verdict = kNone;
  if (!attempt.started_utc.empty()) group.attempted_utc = attempt.started_utc;
}

void add_group(Families& out, const Labels& labels, const Group& group) {
  std::vector<std::string> states = verdicts();
  states.emplace_back(kNone);
  if (group.newest != nullptr) add_newest(out, labels, *group.newest);
  if (const auto seconds = epoch_seconds(group.attempted_utc)) out.attempted.add(labels, static_cast<double>(*seconds));
  out.verdict.add_state(labels, states, group.verdict);
  for (const std::string& state : states) {
    const auto found = group.counts.find(state);
    out.trials.add(with(labels, "verdict", state),
                   found == group.counts.end() ? 0 : static_cast<double>(found->second));
  }
}

}  // namespace

std::string metrics_text(std::vector<StoredTrial> trials, const std::vector<Attempt>& attempts, MetricsFormat format) {
  put_in_order(trials);
  Groups groups = groups_of(trials);
  for (const Attempt& attempt : attempts) {
    if (!overtaken(attempt, trials)) add_attempt(groups, attempt);
  }
  Families families;
  for (const auto& [key, group] : groups)
    add_group(families, {{"scenario", key.first}, {"topology", key.second}}, group);
  std::string out = families.text(format);
  if (format == MetricsFormat::openmetrics) out += "# EOF\n";
  return out;
}

}  // namespace hadrill::trend
