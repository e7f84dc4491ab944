#include "check/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "base/duration.hpp"
#include "check/blind_spots.hpp"
#include "check/by_hand.hpp"
#include "check/counters.hpp"
#include "check/derived_budget.hpp"
#include "check/failover.hpp"
#include "check/gates.hpp"
#include "check/identities.hpp"
#include "check/measurement.hpp"
#include "check/slo.hpp"
#include "check/times.hpp"
#include "check/workload_clock.hpp"

namespace hadrill {
namespace {

/// What the events alone say.
struct Story {
  Timeline timeline;
  std::optional<Window> window;
  std::optional<Redundancy> redundancy;
  std::vector<NotOwed> not_owed;
};

Result<Story> read_story(const RunContext& run, SampleStream& samples) {
  Story story{read_timeline(run), {}, {}, {}};
  Timeline& timeline = story.timeline;
  if (!timeline.probing_began || !timeline.window_end) {
    const auto extent = extent_of(samples);
    if (!extent.ok()) return extent.error();
    if (!timeline.probing_began) timeline.probing_began = extent->first;
    if (!timeline.window_end) timeline.window_end = extent->last;
  }
  story.window = judged_window(timeline);
  if (!story.window) return story;
  story.redundancy = redundancy_restored(run.events, *story.window);
  story.not_owed = find_not_owed(run.events, *story.window);
  return story;
}

Frame frame_of(const RunContext& run, const Story& story) {
  Frame frame{story.window, story.timeline.window_end, {}, intervals_of(story.not_owed), {}, {}};
  if (story.window) {
    const NewLeadersWrites writes = new_leaders_writes(run.events, *story.window);
    frame.writes_sent_from = writes.sent_from;
    frame.writes_acknowledged_from = writes.acknowledged_from;
    const Instant end = story.window->end;
    frame.validity_end = std::min(story.redundancy->back.value_or(end), end);
  }
  return frame;
}

/// One slot per period, or the fewest that the random timetable (probe/schedule.hpp) makes in all but one of a thousand
/// runs: slots are 0.925 periods apart with a standard deviation of 0.188, which makes their number deviate by 0.21
/// times the root of it (central limit of a renewal process), and the first comes within one period. None where the
/// prober was blind by the fault's own doing.
std::size_t planned_slots(const Timeline& timeline, const ProberInfo& prober, const EventLog& events) {
  constexpr double kMeanGap = 0.925;
  constexpr double kThreeDeviations = 0.63;
  if (!timeline.probing_began || !timeline.window_end || *timeline.window_end <= *timeline.probing_began) return 0;
  const Instant begin = *timeline.probing_began;
  const Instant end = *timeline.window_end;
  const IntervalSet blind = unite(clip(blind_spots(prober, events), begin, end), Touching::join);
  const Duration seeing = end - begin - total(blind).value_or(Duration::zero());
  const double periods = seconds_of(seeing) / seconds_of(prober.period);
  const double fewest = periods / kMeanGap - 1 - kThreeDeviations * std::sqrt(periods);
  return static_cast<std::size_t>(std::clamp(fewest, std::min(periods, 1.0), periods) + 1e-9);
}

void attribute_outages(const Measurements& measured, ApiResult& api) {
  std::vector<Witness> witnesses;
  for (const ProberOutages& one : measured.probers) witnesses.push_back({&one.result.prober, &one.downtime});
  for (MergedOutage& outage : api.outages) {
    const bool proven = std::any_of(measured.probers.begin(), measured.probers.end(), [&](const ProberOutages& one) {
      return one.result.prober.through_load_balancer() && overlaps(one.downtime.down, outage.span);
    });
    outage.attribution = attribute(outage.span, proven, witnesses, [&measured](const Interval& interval) {
      return measured.lateness->invalid_throughout(interval);
    });
  }
}

void merge_api(const Measurements& measured, const Story& story, Verdict& verdict) {
  std::vector<const Downtime*> merged;
  WindowCounts counts;
  IntervalSet not_owed;
  for (const ProberOutages& one : measured.probers) {
    if (!one.result.prober.through_load_balancer()) continue;
    merged.push_back(&one.downtime);
    counts.add(one.counts);
    not_owed.insert(not_owed.end(), one.not_owed.begin(), one.not_owed.end());
  }
  if (merged.empty()) return;
  verdict.api = merge_users(merged, *story.window, unite(not_owed, Touching::join), counts);
  attribute_outages(measured, *verdict.api);
}

void summarise_prober(const ProberOutages& measured, const Story& story, ProberResult& result) {
  const IntervalSet down = possible(measured.downtime);
  const IntervalSet& proven = measured.downtime.proven;
  if (result.prober.user_facing()) {
    result.user = user_outages(proven, down, *story.window, measured.not_owed, measured.counts);
    result.summary = static_cast<const OutageSummary&>(*result.user);  // the part that every prober has
  } else {
    const IntervalSet whole{{story.window->t0_lower, story.window->end}};
    result.summary = summarise(proven, down, whole, measured.counts.whole);
  }
}

void count_operations(Verdict& verdict) {
  for (const ProberResult& prober : verdict.probers) {
    const std::string& name = prober.prober.operation;
    auto found = std::find_if(verdict.operations.begin(), verdict.operations.end(),
                              [&name](const OperationResult& one) { return one.operation == name; });
    if (found == verdict.operations.end()) {
      found = verdict.operations.insert(found, OperationResult{});
      found->operation = name;
    }
    ++found->probers;
    found->planned += prober.planned;
    found->recorded += prober.recorded;
    found->baseline_ok += prober.baseline_ok;
    found->judged += prober.n;
  }
}

void fill_in(const Story& story, const EventLog& events, Measurements& measured, Verdict& verdict) {
  if (story.window) merge_api(measured, story, verdict);
  for (ProberOutages& one : measured.probers) {
    ProberResult& result = verdict.probers.emplace_back(std::move(one.result));
    result.planned = planned_slots(story.timeline, result.prober, events);
    if (story.window) summarise_prober(one, story, result);
    one.downtime = {};  // can be large
    const bool counts = result.impact && !result.prober.null_prober();
    if (counts) verdict.times.impact = std::min(verdict.times.impact.value_or(*result.impact), *result.impact);
  }
  count_operations(verdict);
  verdict.harness.requests = measured.requests;
  verdict.harness.connections_opened = measured.connections_opened;
  verdict.harness.lateness = std::move(measured.all_lateness);
  if (measured.lateness) verdict.validity = measured.lateness->summary();
}

void read_cost(const EventLog& events, HarnessCost& cost) {
  const Event* stopped = events.last(event_type::probers_stopped);
  if (stopped == nullptr) return;
  cost.cpu_seconds = json_get<double>(stopped->data, "/cpuSeconds");
  cost.max_rss_kib = json_natural(stopped->data, "/maxRssKib");
}

void note_clock_steps(const EventLog& events, std::vector<std::string>& notes) {
  for (const Event& event : events.events) {
    if (event.type != event_type::clock_stepped) continue;
    const auto by = json_integer(event.data, "/byNs");
    const std::string step = by ? fmt::format("by {}{}", *by < 0 ? "-" : "+", format_duration(Duration(std::abs(*by))))
                                : std::string("by an unknown time");
    notes.push_back(
        fmt::format("the wall clock was stepped {} during the run: durations do not depend on it, times of "
                    "day after the step do",
                    step));
  }
}

/// From which nodes the inside of the cluster was not seen for a while.
void note_lost_vantages(const EventLog& events, std::vector<std::string>& notes) {
  for (auto lost = events.events.begin(); lost != events.events.end(); ++lost) {
    if (lost->type != event_type::vantage_lost) continue;
    const std::string node = json_text(lost->data, "/node", "?");
    const auto back = std::find_if(lost, events.events.end(), [&](const Event& event) {
      return event.type == event_type::vantage_reopened && json_text(event.data, "/node") == node;
    });
    notes.push_back(fmt::format(
        "nothing was seen from inside {} {}: {}", node,
        back == events.events.end() ? std::string("from then on") : "for " + format_duration(back->at - lost->at),
        json_text(lost->data, "/reason", "?")));
  }
}

/// What went wrong while the fault was prepared: neither the baseline's nor the fault's, and not kept quiet.
void note_preparation(const std::optional<Window>& window, const Verdict& verdict, std::vector<std::string>& notes) {
  std::vector<std::string> hurt;
  for (const ProberResult& prober : verdict.probers) {
    if (prober.preparation_bad > 0) hurt.push_back(fmt::format("{}: {}", prober.prober.name, prober.preparation_bad));
  }
  if (hurt.empty() || !window) return;
  notes.push_back(fmt::format("bad samples in the {} in which the fault was prepared, before T0: {}",
                              format_seconds(window->t0_lower - window->baseline_end(), 3), fmt::join(hurt, ", ")));
}

void take_notes(const RunContext& run, const SampleStream& samples, const Story& story, Verdict& verdict) {
  auto& notes = verdict.notes;
  if (samples.dropped_bytes() > 0) {
    notes.push_back(fmt::format("the last sample was torn: {} bytes left out", samples.dropped_bytes()));
  }
  if (run.events.dropped_bytes > 0) {
    notes.push_back(fmt::format("the last event was torn: {} bytes left out", run.events.dropped_bytes));
  }
  note_lost_vantages(run.events, notes);
  note_preparation(story.window, verdict, notes);
  if (!breaks_something(run.scenario))
    notes.emplace_back("a control: nothing was broken, T0 is when the steady state had held");
  if (story.redundancy && !story.redundancy->lost && story.redundancy->back) {
    notes.emplace_back("no redundancy check failed after T0: the loss was shorter than the time between two checks");
  }
  if (story.timeline.end != Timeline::End::finished) {
    for (const std::string& fault : verdict.unhealed)
      notes.push_back(fault + ": the run ended before it was proven healed");
  }
  note_clock_steps(run.events, notes);
}

void append(std::vector<Finding>& findings, std::vector<Finding> more) {
  for (Finding& finding : more) findings.push_back(std::move(finding));
}

/// What became of identities and of what they acknowledged. A run that ended early has read nothing back.
std::vector<Finding> judge_volumes(const RunContext& run, const Story& story) {
  std::vector<Finding> findings;
  const auto& probers = run.scenario.probers;
  const bool counts = std::any_of(probers.begin(), probers.end(),
                                  [](const ProberSpec& prober) { return prober.operation == ProbeOperation::count; });
  if (story.timeline.end != Timeline::End::finished) return findings;
  if (auto found = judge_counters(run.events, counts, story.window)) findings.push_back(std::move(*found));
  if (auto found = judge_identities(run.events, story.window)) findings.push_back(std::move(*found));
  return findings;
}

/// Every finding; probers, times and validity are there already.
void find(const RunContext& run, const Story& story, Verdict& verdict) {
  const Timeline& timeline = story.timeline;
  const bool interrupted = timeline.end == Timeline::End::interrupted;
  const Judgement unmeasured = interrupted ? Judgement::aborted : Judgement::error;
  const Measured measured{verdict, story.window, story.redundancy, run.events, unmeasured};
  const auto by_hand = read_hand_heal(run.events);
  std::vector<Finding> findings;
  for (const Slo& slo : run.scenario.slos) {
    for (Finding& finding : judge_slo(slo, measured, derived_budget(slo, run))) {
      findings.push_back(by_hand && story.window ? judge_by_hand(std::move(finding), slo, *by_hand, *story.window)
                                                 : std::move(finding));
    }
  }
  append(findings, run.audit);
  append(findings, judge_volumes(run, story));
  findings.push_back(judge_end(timeline));
  append(findings, judge_faults(run, timeline));
  append(findings, judge_healing(run, timeline));
  if (by_hand) findings.push_back(tell_by_hand(*by_hand, story.window));
  if (timeline.end == Timeline::End::finished) {
    findings.push_back(judge_coverage(verdict));
    if (story.window) findings.push_back(judge_baseline(verdict.probers));
  }
  if (story.window) findings.push_back(judge_validity(verdict.validity));
  append(findings, judge_recovery(run));
  append(findings, judge_leadership(verdict.leadership, run, story.window));
  verdict.findings = std::move(findings);
}

}  // namespace

Result<Verdict> judge(const RunContext& run, SampleStream& samples) {
  const auto story = read_story(run, samples);
  if (!story.ok()) return story.error();
  auto measured = measure(samples, frame_of(run, *story));
  if (!measured.ok()) return measured.error();
  Verdict verdict;
  Times& times = verdict.times;
  times.t0_lower = story->timeline.t0_lower;
  times.t0_upper = story->timeline.t0_upper;
  times.window_end = story->timeline.window_end;
  verdict.not_owed = story->not_owed;
  fill_in(*story, run.events, *measured, verdict);
  verdict.leadership = find_leadership(run, story->window, measured->first_write);
  if (story->window) {
    times.redundancy = story->redundancy->restored;
    verdict.workload = workload_course(run.events, *story->window, verdict.probers);
    times.course = course_of(run.events, *story->window, verdict, *story->redundancy, *measured->steady);
  }
  read_cost(run.events, verdict.harness);
  verdict.unhealed = unhealed_faults(run.events);
  verdict.cleanup_incomplete = run.events.last(event_type::heal_unproven) != nullptr;
  find(run, *story, verdict);
  take_notes(run, samples, *story, verdict);
  verdict.judgement = worst(verdict.findings);
  verdict.hypothesis = judge_hypothesis(run.events, verdict);
  return verdict;
}

Verdict judge(const RunRecord& record) {
  MemorySamples samples(record.samples);
  auto verdict = judge(record, samples);
  assert(verdict.ok());  // memory does not fail to be read
  return std::move(*verdict);
}

}  // namespace hadrill
