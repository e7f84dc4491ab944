#include "report/suite_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/duration.hpp"
#include "base/percent.hpp"
#include "report/markdown.hpp"

namespace hadrill {
namespace {

/// Where exit codes of trials stand among each other, worst first.
constexpr std::array kWorstFirst{4, 5, 1, 3, 2, 0};
constexpr int kInfrastructure = 5;

using Key = std::pair<std::string, std::string>;

Key key_of(const SuiteTrial& trial) { return {trial.scenario, trial.topology}; }

/// Scenario and topology of each group of trials, in the order of their first one.
std::vector<Key> groups(const std::vector<SuiteTrial>& trials) {
  std::vector<Key> out;
  for (const SuiteTrial& trial : trials) {
    if (std::find(out.begin(), out.end(), key_of(trial)) == out.end()) out.push_back(key_of(trial));
  }
  return out;
}

std::string bound_text(const Finding& finding) {
  if (finding.share_budget) return fmt::format("at least {} %", format_percent(*finding.share_budget));
  if (!finding.time_budget) return "-";
  if (finding.bound && finding.bound->lower > Duration::zero()) {
    return fmt::format("{} to {}", format_seconds(finding.bound->lower, 1), format_seconds(*finding.time_budget, 1));
  }
  return "at most " + format_seconds(*finding.time_budget, 1);
}

std::string measured_text(const Finding& finding) {
  if (finding.time) return to_text(*finding.time);
  return finding.share ? to_text(*finding.share) : "-";
}

/// Whether `a` is better than `b`: a shorter time, a greater share. Open ends are worst.
bool better(const Finding* a, const Finding* b) {
  if (a->share && b->share) return a->share->lower > b->share->lower;
  const auto upper = [](const Finding* finding) {
    return finding->time && finding->time->upper ? *finding->time->upper : Duration::max();
  };
  return upper(a) < upper(b);
}

void count(SuiteRow& row, Judgement judgement) {
  switch (judgement) {
    case Judgement::pass:
      ++row.pass;
      break;
    case Judgement::fail:
      ++row.fail;
      break;
    case Judgement::inconclusive:
      ++row.inconclusive;
      break;
    default:
      ++row.other;
  }
}

SuiteRow row_of(const Key& key, const std::string& sli, std::vector<const Finding*> findings) {
  SuiteRow row;
  row.scenario = key.first;
  row.topology = key.second;
  row.sli = sli;
  for (const Finding* finding : findings) count(row, finding->judgement);
  std::erase_if(findings, [](const Finding* finding) { return !finding->time && !finding->share; });
  row.n = findings.size();
  if (findings.empty()) return row;
  std::stable_sort(findings.begin(), findings.end(), better);
  row.median = measured_text(*findings[findings.size() / 2]);
  row.worst = measured_text(*findings.back());
  row.bound = bound_text(*findings.back());
  return row;
}

/// What a trial ended with, in the words of its verdict.
std::string ending(const SuiteTrial& trial) {
  if (!trial.verdict) return "error";
  return to_string(trial.verdict->judgement) + (trial.verdict->cleanup_incomplete ? ", cleanup incomplete" : "");
}

int code_of(const SuiteTrial& trial) {
  if (!trial.verdict) return kInfrastructure;
  return exit_code_as_expected(exit_code(*trial.verdict), trial.expected, *trial.verdict);
}

/// Findings other than SLOs that did not pass, and SLOs that did not: what somebody has to look at.
std::string reasons(const SuiteTrial& trial) {
  if (!trial.verdict) return trial.trouble;
  std::vector<std::string> out;
  for (const Finding& finding : trial.verdict->findings) {
    if (finding.judgement != Judgement::pass && finding.judgement != Judgement::not_owed)
      out.push_back(fmt::format("{}: {}", finding.id, finding.text));
  }
  return fmt::format("{}", fmt::join(out, "; "));
}

std::string verdict_counts(const SuiteRow& row) {
  std::vector<std::string> out;
  for (const auto& [number, word] : {std::pair{row.pass, "pass"}, std::pair{row.fail, "FAIL"},
                                     std::pair{row.inconclusive, "inconclusive"}, std::pair{row.other, "not judged"}}) {
    if (number > 0) out.push_back(fmt::format("{} {}", number, word));
  }
  return fmt::format("{}", fmt::join(out, ", "));
}

Json row_json(const SuiteRow& row) {
  return {{"scenario", row.scenario}, {"topology", row.topology},
          {"sli", row.sli},           {"n", row.n},
          {"median", row.median},     {"worst", row.worst},
          {"bound", row.bound},       {"pass", row.pass},
          {"fail", row.fail},         {"inconclusive", row.inconclusive},
          {"other", row.other}};
}

}  // namespace

std::string expected_text(const SuiteTrial& trial) {
  if (!trial.expected.fail) return "";
  std::string why;
  if (trial.verdict) why = judge_control(trial.expected, trial.verdict->judgement, trial.verdict->findings).why;
  return fmt::format(" (expected: {}{}{})", to_string(trial.expected), why.empty() ? "" : "; ", why);
}

bool SuiteTrial::good() const { return code_of(*this) == 0; }

std::vector<SuiteRow> suite_rows(const std::vector<SuiteTrial>& trials) {
  std::vector<SuiteRow> rows;
  for (const Key& key : groups(trials)) {
    std::vector<std::pair<std::string, std::vector<const Finding*>>> slis;
    for (const SuiteTrial& trial : trials) {
      if (key_of(trial) != key || !trial.verdict) continue;
      for (const Finding& finding : trial.verdict->findings) {
        if (!finding.is_slo) continue;
        auto found = std::find_if(slis.begin(), slis.end(), [&](const auto& sli) { return sli.first == finding.id; });
        if (found == slis.end()) found = slis.insert(slis.end(), {finding.id, {}});
        found->second.push_back(&finding);
      }
    }
    for (auto& [sli, findings] : slis) rows.push_back(row_of(key, sli, std::move(findings)));
  }
  return rows;
}

Json suite_json(const SuiteFacts& facts, const std::vector<SuiteTrial>& trials) {
  Json out = {{"version", "hadrill/suite/v1"},
              {"suite", facts.name},
              {"startedUtc", facts.started_utc},
              {"endedUtc", facts.ended_utc.empty() ? Json() : Json(facts.ended_utc)},
              {"durationSeconds", facts.ended_utc.empty() ? Json() : Json(seconds_of(facts.took))},
              {"machine", facts.machine},
              {"seed", facts.seed},
              {"exitCode", suite_exit_code(trials)},
              {"shard", facts.shard.empty() ? Json() : Json(facts.shard)},
              {"trials", Json::array()},
              {"rows", Json::array()}};
  for (const SuiteTrial& trial : trials) {
    Json told = {
        {"scenario", trial.scenario}, {"topology", trial.topology},
        {"trial", trial.trial},       {"verdict", trial.verdict ? Json(to_string(trial.verdict->judgement)) : Json()},
        {"good", trial.good()},       {"directory", trial.directory},
        {"reasons", reasons(trial)}};
    add_expectation(told, trial.expected);
    out["trials"].push_back(std::move(told));
  }
  for (const SuiteRow& row : suite_rows(trials)) out["rows"].push_back(row_json(row));
  return out;
}

std::string suite_markdown(const SuiteFacts& facts, const std::vector<SuiteTrial>& trials) {
  const auto good = std::count_if(trials.begin(), trials.end(), [](const SuiteTrial& trial) { return trial.good(); });
  const std::string part = facts.shard.empty() ? "" : ", part " + facts.shard;
  const std::string took =
      facts.ended_utc.empty() ? "" : ", took " + format_duration(std::chrono::floor<std::chrono::seconds>(facts.took));
  return fmt::format("Suite {}{}: {} of {} trials ended as they should. {}{}, seed {}, {}.\n\n",
                     markdown_text(facts.name), part, good, trials.size(), facts.started_utc, took, facts.seed,
                     markdown_text(facts.machine)) +
         suite_table(trials);
}

std::string suite_table(const std::vector<SuiteTrial>& trials) {
  std::string out =
      "| scenario | topology | SLI | n | median | worst | bound | verdicts |\n|---|---|---|---|---|---|---|---|\n";
  for (const SuiteRow& row : suite_rows(trials)) {
    out += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n", markdown_text(row.scenario),
                       markdown_text(row.topology), markdown_text(row.sli), row.n, markdown_text(row.median),
                       markdown_text(row.worst), markdown_text(row.bound), verdict_counts(row));
  }
  std::string bad;
  for (const SuiteTrial& trial : trials) {
    if (trial.good() && !trial.expected.fail) continue;
    bad += fmt::format("- {} on {}, trial {}: {}{}. {}\n", markdown_text(trial.scenario), markdown_text(trial.topology),
                       trial.trial, ending(trial), markdown_text(expected_text(trial)), markdown_text(reasons(trial)));
  }
  if (!bad.empty()) out += "\nTrials to look at:\n\n" + bad;
  return out;
}

int suite_exit_code(const std::vector<SuiteTrial>& trials) {
  if (trials.empty()) return kInfrastructure;
  const auto place = [](int code) { return std::find(kWorstFirst.begin(), kWorstFirst.end(), code); };
  int worst_code = 0;
  for (const SuiteTrial& trial : trials) {
    const int code = code_of(trial);
    if (place(code) < place(worst_code)) worst_code = code;
  }
  return worst_code;
}

}  // namespace hadrill
