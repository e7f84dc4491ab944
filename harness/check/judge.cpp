#include "check/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "check/gates.hpp"
#include "check/outages.hpp"
#include "check/slo.hpp"

namespace hadrill {
namespace {

std::size_t planned_slots(const Timeline& timeline, const ProberInfo& prober) {
  if (!timeline.probing_began || !timeline.window_end || *timeline.window_end <= *timeline.probing_began) return 0;
  return static_cast<std::size_t>((*timeline.window_end - *timeline.probing_began) / prober.period);
}

void measure_probers(const RunRecord& record, const Timeline& timeline, const std::optional<Window>& window,
                     const LatenessWindows* lateness, Verdict& verdict) {
  const std::vector<Series> all = series_of(record.samples, timeline.window_end);
  Downtime merged;
  std::size_t merged_bad = 0;
  bool any = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const ProberInfo& prober = record.samples.header.probers[i];
    ProberOutages measured = find_outages(all[i], prober, window, lateness);
    measured.result.planned = planned_slots(timeline, prober);
    const auto& impact = measured.result.impact;
    if (impact) verdict.times.impact = std::min(verdict.times.impact.value_or(*impact), *impact);
    if (prober.through_load_balancer()) {
      any = true;
      merged_bad += measured.result.summary.bad;
      for (const Interval& one : measured.downtime.proven) merged.proven.push_back(one);
      for (const Interval& one : measured.downtime.possible) merged.possible.push_back(one);
    }
    verdict.probers.push_back(std::move(measured.result));
  }
  if (any && window) verdict.api = summarise(merged, *window, merged_bad);
}

void take_notes(const RunRecord& record, const Timeline& timeline, const std::optional<Redundancy>& redundancy,
                Verdict& verdict) {
  auto& notes = verdict.notes;
  if (record.samples.dropped_bytes > 0) {
    notes.push_back(fmt::format("the last sample was torn: {} bytes left out", record.samples.dropped_bytes));
  }
  if (record.events.dropped_bytes > 0) {
    notes.push_back(fmt::format("the last event was torn: {} bytes left out", record.events.dropped_bytes));
  }
  if (!breaks_something(record.scenario))
    notes.emplace_back("a control: nothing was broken, T0 is when the steady state had held");
  if (redundancy && !redundancy->lost && redundancy->back) {
    notes.emplace_back("no redundancy check failed after T0: the loss was shorter than the time between two checks");
  }
  if (timeline.end != Timeline::End::finished) {
    for (const std::string& fault : verdict.unhealed)
      notes.push_back(fault + ": the run ended before it was proven healed");
  }
}

void append(std::vector<Finding>& findings, std::vector<Finding> more) {
  for (Finding& finding : more) findings.push_back(std::move(finding));
}

/// Every finding; probers, times and validity are there already.
void find(const RunRecord& record, const Timeline& timeline, const std::optional<Window>& window,
          const std::optional<Redundancy>& redundancy, Verdict& verdict) {
  const bool interrupted = timeline.end == Timeline::End::interrupted;
  const Judgement unmeasured = interrupted ? Judgement::aborted : Judgement::error;
  const Measured measured{verdict, window, redundancy, unmeasured};
  std::vector<Finding> findings;
  for (const Slo& slo : record.scenario.slos) findings.push_back(judge_slo(slo, measured));
  findings.push_back(judge_end(timeline));
  append(findings, judge_faults(record, timeline));
  append(findings, judge_healing(record, timeline));
  if (timeline.end == Timeline::End::finished) {
    findings.push_back(judge_coverage(verdict.probers));
    if (window) findings.push_back(judge_baseline(verdict.probers));
  }
  if (window) findings.push_back(judge_validity(verdict.validity));
  append(findings, judge_recovery(record));
  verdict.findings = std::move(findings);
}

}  // namespace

Verdict judge(const RunRecord& record) {
  Verdict verdict;
  const Timeline timeline = read_timeline(record);
  const std::optional<Window> window = judged_window(timeline);
  std::optional<LatenessWindows> lateness;
  std::optional<Redundancy> redundancy;
  verdict.times.t0_lower = timeline.t0_lower;
  verdict.times.t0_upper = timeline.t0_upper;
  verdict.times.window_end = timeline.window_end;
  if (window) {
    lateness.emplace(record.samples, *window);
    redundancy = redundancy_restored(record.events, *window);
    verdict.times.redundancy = redundancy->restored;
    verdict.validity = lateness->summary(std::min(redundancy->back.value_or(window->end), window->end));
  }
  measure_probers(record, timeline, window, lateness ? &*lateness : nullptr, verdict);
  verdict.unhealed = unhealed_faults(record.events);
  verdict.cleanup_incomplete = record.events.last(event_type::heal_unproven) != nullptr;
  find(record, timeline, window, redundancy, verdict);
  take_notes(record, timeline, redundancy, verdict);
  verdict.judgement = worst(verdict.findings);
  return verdict;
}

}  // namespace hadrill
